"""Marks inside a notebook: `begin` an exercise, then mark `step` by `step`."""

from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.check.problem import Problem
from clearprop.network.network import Network
from clearprop.teach.asked import Asked
from clearprop.teach.marking import VERDICTS, Marker
from clearprop.teach.questions import Blank
from clearprop.teach.questions.numbers import Forward, number_blank
from clearprop.teach.sheet import Sheet
from clearprop.teach.steps import Quantity, order
from clearprop.teach.worksheets import Part, Worksheet


class Exercise:
    """A pass that is worked out in a notebook; it remembers the answers, for what follows them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.answers: dict[str, list[str]] = {}

    def step(self, name: str, mine: npt.ArrayLike) -> float:
        """Print the verdict on one quantity and return the points, from 0 to 1."""
        lang = self.sheet.asked.lang
        names = [one.name for one in order(self.sheet.problem.depth, True)]
        if name not in names:
            why = f"the quantities are {', '.join(names)}."
            raise invalid_argument("name", name, why, repr(names[0]) + ".")
        blank = number_blank(self.sheet, Quantity.of(name))
        self.answers[name] = [_text(one) for one in np.ravel(np.asarray(mine, dtype=object))]
        mark = Marker(self._worksheet(), self.answers).mark(Forward(), blank)
        said = Counter(VERDICTS[one].translate(lang) for one in mark.verdicts)
        line = next(iter(said)) if len(said) == 1 else _counted(said, lang)
        more = "" if mark.explained is None else f": {mark.explained.translate(lang)}"
        print(f"{blank.symbol}: {line}{more}")  # noqa: T201  a notebook's cell shows it
        return mark.points

    def _worksheet(self) -> Worksheet:
        """Return a worksheet of what has been answered so far."""
        asked = (one for one in order(self.sheet.problem.depth, True) if one.name in self.answers)
        blanks: tuple[Blank, ...] = tuple(number_blank(self.sheet, one) for one in asked)
        return Worksheet(self.sheet, (Part(Forward(), blanks),))


def _counted(said: Mapping[str, int], lang: Language) -> str:
    """Return verdicts with how many numbers have each: ``"4 right, 2 wrong here"``."""
    form = Text("{number} {verdict}", "{number} 个{verdict}")
    each = (form.filled(number=n, verdict=one).translate(lang) for one, n in said.items())
    return Text(", ", "，").translate(lang).join(each)


def _text(value: object) -> str:
    """Return a number as it was written: a computed one with all its digits."""
    return value if isinstance(value, str) else repr(float(value))  # type: ignore[arg-type]


_CURRENT: ContextVar[Exercise | None] = ContextVar("exercise", default=None)


def begin(
    net: Network | Mapping[str, Any],
    params: Any = None,
    X: npt.ArrayLike | None = None,
    Y: npt.ArrayLike | None = None,
    learning_rate: float = 0.5,
    *,
    digits: int = 3,
    lang: Language = "en",
) -> Exercise:
    """Begin an exercise: the network and samples that the next steps are about.

    Parameters
    ----------
    net : Network or mapping
        The network, or what a worksheet's notebook holds, which says all of it.
    params : Parameters or array of shape (P,)
        Its weights and biases.
    X, Y : array-like of shape (m, n₀), (m, K)
        Samples and targets.
    learning_rate : float, default=0.5
        η of the update.
    digits : int, default=3
        Decimals that are asked for.
    lang : {"en", "zh"}, default="en"
        The language of the verdicts.

    Returns
    -------
    Exercise
    """
    if isinstance(net, Mapping):
        asked = Asked.read(net["asked"])
        network, lang, digits = asked.network, asked.lang, asked.digits
        params, X, Y, learning_rate = net["params"], net["X"], net["Y"], asked.learning_rate
    else:
        network = net
        names = tuple(spelled(layer.activation) for layer in net.layers)
        asked = Asked(
            net.sizes, names, spelled(net.loss_rule), net.reduction, digits=digits, lang=lang
        )
    problem = Problem(
        network,
        network.parameters(getattr(params, "vector", params)),
        np.asarray(X, dtype=float),
        np.asarray(Y, dtype=float),
        learning_rate,
    )
    exercise = Exercise(Sheet(asked, "", "", problem, 0))
    _CURRENT.set(exercise)
    return exercise


def step(name: str, mine: npt.ArrayLike) -> float:
    """Mark one step of the exercise that was begun: print the verdict, return points from 0 to 1.

    A number that follows from the student's own earlier steps is right. Returned as the last value
    of an nbgrader cell, the points are its partial credit.

    Raises
    ------
    InputError
        If no exercise was begun, or there is no such quantity.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(1, "sigmoid")])
    >>> _ = begin(net, [1.0, -1.0, 0.5], [[1.0, 2.0]], [[1.0]])
    >>> step("z1", [-0.5])
    z1: right
    1.0
    >>> step("delta1", [0.146])
    δ1: wrong here: the sign is wrong
    0.0
    """
    exercise = _CURRENT.get()
    if exercise is None:
        raise invalid_argument("name", name, "no exercise was begun.", "begin(net, params, X, Y).")
    return exercise.step(name, mine)
