"""The base class of printers of whole derivations."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from clearprop._text import Text
from clearprop.derivation.derivation import Derivation, Item
from clearprop.derivation.expression import Equation
from clearprop.derivation.figures import EXACT
from clearprop.derivation.numbering import numbered_from
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Style

FORMULA = Text("formula", "公式")
SHAPES = Text("shapes", "形状")
NUMBERS = Text("numbers", "数值")
ENTRIES = Text("by hand", "展开")
LEFT_OUT = Text(
    "{shown} of {all} entries are worked out; fold=0 works out all, wrt= a single one.",
    "共 {all} 个元素，此处展开 {shown} 个；fold=0 展开全部，wrt= 可单独查询任一个。",
)
ROUNDED = Text(
    "Numbers are shown with {digits} significant digits and computed with all of them.",
    "数值显示 {digits} 位有效数字，计算时保留全部精度。",
)
INDICES = Text(
    'Indices count from {first}; params["W1"][0, 2] is the weight from the first input to the'
    " third unit.",
    '下标从 {first} 开始；params["W1"][0, 2] 是第一个输入到第三个神经元的权重。',
)


class NumberedSection(NamedTuple):
    """A section whose steps carry the number that they have in the whole derivation."""

    title: Text
    items: list[tuple[int, Item]]


class PagePrinter(ABC):
    """Turns a derivation into a document of one form. It computes no mathematics.

    Attributes
    ----------
    name : str
        The name of the form, for example ``"markdown"``.
    suffix : str
        The ending of files of this form.
    style : Style
        The look of what is printed.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]

    def __init__(self, style: Style) -> None:
        self.style = style

    @abstractmethod
    def page(self, derivation: Derivation) -> str:
        """Return the whole document."""

    def say(self, text: Text) -> str:
        """Return a sentence in the reader's language."""
        return self.counted(text).translate(self.style.lang)

    def counted(self, text: Text) -> Text:
        """Return a sentence with the numbers and names of the style in it."""
        names = self.style.names
        return Text(*map(names.in_words, numbered_from(text, self.style.first_index)))

    def numbered(self, derivation: Derivation) -> Iterator[NumberedSection]:
        """Yield the sections, their steps numbered through."""
        number = 0
        for section in derivation:
            items = []
            for item in section.items:
                number += isinstance(item, Step)
                items.append((number, item))
            yield NumberedSection(section.title, items)

    def parts(self, step: Step) -> Iterator[tuple[Text, Sequence[Equation]]]:
        """Yield what is shown of a step at the style's level of detail, under its labels."""
        if step.has_formula:
            yield FORMULA, [step.formula]
        if step.shapes is not None:
            yield SHAPES, [step.shapes]
        if self.style.detail != "symbols":
            yield NUMBERS, [step.numbers]
        if self.style.detail == "everything" and step.entry_lines:
            yield ENTRIES, step.entry_lines

    def notes(self, step: Step) -> Iterator[Text]:
        """Yield what is to be said below a step: its note, and how much of it is not shown."""
        if step.note is not None:
            yield step.note
        if self.style.detail == "everything" and step.left_out and step.entry_lines:
            yield LEFT_OUT.filled(shown=len(step.entries), all=len(step.entries) + step.left_out)

    def footer(self, derivation: Derivation) -> list[str]:
        """Return what the reader must know about indices and digits, where there are numbers."""
        if derivation.notation is None:
            return []
        lines = [self.say(INDICES).format(first=self.style.first_index)]
        if self.style.detail != "symbols" and self.style.digits < EXACT:
            lines.append(self.say(ROUNDED).format(digits=self.style.digits))
        return lines
