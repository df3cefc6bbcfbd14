"""The result of a numeric gradient check, as a table and as numbers."""

import math
from dataclasses import dataclass

from clearprop._html import lines, result
from clearprop._text import Language, Text
from clearprop.check.assertion import Assertable
from clearprop.check.factors import Factor, ratio_in_words

WORST = 5
"""Wrong entries of an array that are listed."""

ROUNDING = 1e-12
"""Relative errors below this are rounding, which differs between processors."""


@dataclass(frozen=True)
class LineReport:
    """One slope, given and numeric: of an entry, or along a random direction of an array."""

    name: str
    given: float
    numeric: float
    uncertainty: float
    """The largest distance of the numeric slope from the true one."""
    ok: bool
    kink: bool = False
    """True if the function bends sharply here, so that every slope between its sides will do."""
    is_entry: bool = False

    @property
    def relative_error(self) -> float:
        """|given − numeric| / max(|given|, |numeric|)."""
        largest = max(abs(self.given), abs(self.numeric))
        return abs(self.given - self.numeric) / largest if largest else 0.0

    @property
    def visible_error(self) -> float:
        """The relative error, 0 where rounding alone explains it."""
        largest = max(abs(self.given), abs(self.numeric))
        explained = max(ROUNDING * largest, 5 * self.uncertainty)
        return self.relative_error if abs(self.given - self.numeric) > explained else 0.0

    @property
    def unclear(self) -> bool:
        """True if the slope is too small beside the function's rounding to be seen."""
        return self.ok and self.uncertainty > 0.1 * max(abs(self.given), abs(self.numeric)) > 0


@dataclass(frozen=True)
class ArrayReport:
    """The slopes that were compared for one array."""

    name: str
    shape: tuple[int, ...]
    lines: tuple[LineReport, ...]
    wrong_shape: tuple[int, ...] | None = None
    """The gradient's shape where it is not that of the array."""

    @property
    def ok(self) -> bool:
        """True if the gradient of this array is right."""
        return self.wrong_shape is None and all(line.ok for line in self.lines)

    @property
    def worst(self) -> LineReport:
        """The line with the largest visible error: a wrong one, an entry where there are any.

        Of lines that are equal but for rounding the first: which one rounds worst depends on the
        processor.
        """
        lines = [line for line in self.lines if line.is_entry] or self.lines
        wrong = [line for line in lines if not line.ok]
        return max(wrong or lines, key=lambda line: line.visible_error)


@dataclass(frozen=True)
class GradientReport(Assertable):
    """The result of `check_gradients`; printing it shows the table."""

    arrays: tuple[ArrayReport, ...]
    tolerance: float
    method: str
    """``"complex step"`` or ``"centred differences"``."""
    ratio: float | None
    """c where every slope is c ≠ 1 times the numeric one."""
    factors: tuple[Factor, ...]
    """The known mistakes whose factors make up that ratio."""
    warnings: tuple[Text, ...]
    is_random: bool = False
    """True if the function gives other values for the same point: nothing can be said of it."""

    @property
    def ok(self) -> bool:
        """True if the gradient is right."""
        return all(array.ok for array in self.arrays) and not self.is_random

    @property
    def digits(self) -> int | None:
        """The digits to which a gradient that is not right agrees everywhere; None below 3."""
        lines = [line for array in self.arrays for line in array.lines]
        if self.ok or self.ratio is not None or any(a.wrong_shape for a in self.arrays):
            return None
        largest = max((abs(line.numeric) for line in lines), default=0.0)
        apart = max((abs(line.given - line.numeric) for line in lines), default=0.0)
        return int(-math.log10(apart / largest)) if 0 < apart <= 1e-3 * largest else None

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of the mistakes that explain a constant factor."""
        return tuple(factor.mistake for factor in self.factors)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return result("Gradient check", lines(self.text()))

    def text(self, language: Language = "en") -> str:
        """Return the table and what follows from it in ``"en"`` or ``"zh"``."""
        rows = [HEADINGS[language], *(row(array, language) for array in self.arrays)]
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
            for cells in rows
        ]
        return "\n".join([*lines, *(said.translate(language) for said in self.remarks())])

    def remarks(self) -> list[Text]:
        """Return the sentences below the table."""
        said = list(self.warnings)
        if self.is_random:
            return [*said, IS_RANDOM]
        if self.ratio is not None:
            said.append(ratio_in_words(self.ratio, self.factors))
        for array in self.arrays:
            said += details(array, with_entries=self.ratio is None)
        said.append(self.verdict())
        return said

    def verdict(self) -> Text:
        """Return the last sentence."""
        by = f"{self.method}, tolerance {self.tolerance:g}"
        if self.ok:
            return Text(f"The gradient is right ({by}).", f"梯度正确（{by}）。")
        if self.digits is not None:
            return nearly_right(self.digits, by)
        names = ", ".join(array.name for array in self.arrays if not array.ok)
        return Text(f"The gradient is wrong: {names} ({by}).", f"梯度有误：{names}（{by}）。")


def nearly_right(digits: int, by: str) -> Text:
    """Say that a gradient agrees to a few digits, and what leaves such a rest."""
    return Text(
        f"The gradient agrees to {digits} digits ({by}). A number such as 1e-7 inside a logarithm"
        " or a division leaves such a rest: then it is right for the function without that number."
        " A small term that is left out, such as a penalty, leaves one too.",
        f"梯度有 {digits} 位有效数字相符（{by}）。log 或除法里加的 1e-7 之类的小数会留下这样的差："
        "那么它对不加这个数的函数是正确的。漏掉正则项之类的小项也会如此。",
    )


IS_RANDOM = Text(
    "The function gives other values for the same point: fix its random numbers first (the seed,"
    " the mask of dropout). Nothing can be said of the gradient.",
    "同一点上函数给出不同的值：请先固定随机数（种子、dropout 掩码）。对梯度无法作出判断。",
)
HEADINGS = {
    "en": ("array", "shape", "checked", "given", "numeric", "relative error", ""),
    "zh": ("数组", "形状", "检查", "给出", "数值", "相对误差", ""),
}


def row(array: ArrayReport, language: Language) -> tuple[str, ...]:
    """Return the cells of one array: its worst line."""
    verdict = Text("right", "正确") if array.ok else Text("wrong", "错误")
    if array.wrong_shape is not None:
        shape = Text(f"shape {array.wrong_shape}", f"形状 {array.wrong_shape}")
        empty = ("", "", "", "")
        return (
            array.name,
            str(array.shape),
            *empty[:1],
            shape.translate(language),
            "",
            "",
            verdict.translate(language),
        )
    entries = sum(line.is_entry for line in array.lines)
    directions = len(array.lines) - entries
    counted = Text(
        f"{entries} entries" if entries else f"{directions} directions",
        f"{entries} 个元素" if entries else f"{directions} 个方向",
    )
    worst = array.worst
    return (
        array.name,
        str(array.shape),
        counted.translate(language),
        f"{worst.given:.8g}",
        f"{worst.numeric:.8g}",
        f"{worst.relative_error:.1e}",
        verdict.translate(language),
    )


def details(array: ArrayReport, *, with_entries: bool) -> list[Text]:
    """Return what is to be said of one array: its wrong entries, its kinks."""
    said = []
    wrong = [line for line in array.lines if line.is_entry and not line.ok and with_entries]
    wrong.sort(key=lambda line: -line.relative_error)
    if wrong:
        listed = "; ".join(f"{w.name}: {w.given:.6g}, not {w.numeric:.6g}" for w in wrong[:WORST])
        count = f"{len(wrong)} of {sum(line.is_entry for line in array.lines)}"
        said.append(
            Text(f"  entries wrong, {count}: {listed}", f"  有误的元素（{count}）：{listed}")
        )
    kinks = [line.name for line in array.lines if line.kink]
    if kinks:
        listed = ", ".join(kinks[:WORST])
        said.append(
            Text(
                f"  {listed}: the function has a kink here (a ReLU at z = 0?), hence no derivative;"
                " any slope between the two sides is accepted",
                f"  {listed}：函数在此处有折点（ReLU 的 z = 0？），不可导；两侧斜率之间的值都算对",
            )
        )
    unclear = [line.name for line in array.lines if line.unclear]
    if unclear:
        listed = ", ".join(unclear[:WORST])
        said.append(
            Text(
                f"  {listed}: too small beside the rounding of the function to be checked",
                f"  {listed}：与函数的舍入误差相比太小，无法检查",
            )
        )
    return said
