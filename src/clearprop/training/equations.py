"""Parameters against equations: every row that trains asks one thing of every output."""

from dataclasses import dataclass

from clearprop._text import Text


@dataclass(frozen=True)
class Equations:
    """The parameters of a network, counted, and the equations that they were fitted to.

    Attributes
    ----------
    parameters : int
        P of one start, before several are averaged.
    rows, outputs : int
        Rows that train, and K.
    effective : float, optional
        γ, the parameters that the data determine, where the solver finds its own penalty.
    """

    parameters: int
    rows: int
    outputs: int
    effective: float | None = None

    @property
    def count(self) -> int:
        """The number of equations."""
        return self.rows * self.outputs

    @property
    def are_too_few(self) -> bool:
        """Whether there are fewer than parameters, and no penalty that would hold those back."""
        return self.parameters > self.count and self.effective is None

    @property
    def sentence(self) -> Text:
        """Both numbers in a sentence."""
        rows = f"{self.rows:,} row{'s' if self.rows > 1 else ''}"
        outputs = f"{self.outputs} output{'s' if self.outputs > 1 else ''}"
        return Text(
            f"{self.parameters:,} parameters were fitted to {self.count:,} equations "
            f"({rows} × {outputs}).",
            f"用 {self.count:,} 个方程（{self.rows:,} 行 × {self.outputs} 个输出）"
            f"拟合了 {self.parameters:,} 个参数。",
        )

    @property
    def warning(self) -> Text:
        """A warning that there are too few, and what to do."""
        return Text(
            "with more parameters than equations a network can reproduce its training rows "
            "without having learnt anything",
            "参数多于方程时，网络可以只是复现训练数据，而什么也没学到",
        )
