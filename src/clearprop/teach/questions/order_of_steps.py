"""Steps of the pass, shuffled, to be put in order."""

import itertools
import re
import unicodedata

import numpy as np

from clearprop._text import Text
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet
from clearprop.teach.steps import Quantity, order

ASK = Text(
    "Put the steps in an order in which each uses only what is known by then: the letters, such as"
    " BADC",
    "把各步排成可行的顺序，使每一步只用到已知的量；写出字母，如 BADC",
)


class OrderOfSteps(Question):
    """Which quantity comes before which."""

    name = "order"
    title = Text("Order of the steps", "步骤排序")

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return the steps in a random order, and one order that works."""
        quantities = [one for one in order(sheet.problem.depth, update=False) if one.kind != "da"]
        shuffled = [quantities[at] for at in random.permutation(len(quantities))]
        letters = {one.name: chr(ord("A") + at) for at, one in enumerate(shuffled)}
        lines = tuple(
            Text(f"{letters[one.name]}  {one.symbol}: {one.title.en}",
                 f"{letters[one.name]}  {one.symbol}：{one.title.zh}")
            for one in shuffled
        )  # fmt: skip
        key = "".join(letters[one.name] for one in quantities)
        return [Blank("order", ASK, "", (1, 1), (key,), lines)]

    def marks(self, sheet: Sheet, blank: Blank, answers: list[str]) -> list[bool]:  # type: ignore[override]
        """Accept every order in which nothing is used before it is known."""
        given = re.findall("[A-Z]", unicodedata.normalize("NFKC", answers[0]).upper())
        names = {line.en[0]: line.en.split()[1].rstrip(":") for line in blank.lines}
        if sorted(given) != sorted(names):
            return [False]
        depth, canonical = sheet.problem.depth, sheet.problem.is_canonical
        place = {names[letter]: at for at, letter in enumerate(given)}
        every = [one for one in order(depth, update=False) if one.kind != "da"]
        pairs = itertools.chain.from_iterable(
            ((source, one) for source in _sources(one, depth, canonical)) for one in every
        )
        return [all(place[source.symbol] < place[one.symbol] for source, one in pairs)]


def _sources(quantity: Quantity, depth: int, canonical: bool) -> list[Quantity]:
    return [one for one in quantity.inputs(depth, canonical) if one.kind != "da"]
