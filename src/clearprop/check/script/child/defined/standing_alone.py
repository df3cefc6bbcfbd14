"""Call gradients that stand alone: functions of one vector of parameters, samples and targets.

A course hands them to an optimizer, ``costFunction(theta, X, y, lambda_)`` for one, and a file may
hold nothing else. Their loss is computed before, as an optimizer does.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.record.trace import RETURNED
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.reading import Signature
from clearprop.check.script.source.vocabulary import BOTH, LOSS, NOT_A_LOSS, role_of

M, INPUTS, HIDDEN, OUTPUTS = 11, 4, 6, 3
"""No two sizes are the same, nor with a unit for the bias."""
OF_THE_COURSE = 400, 25, 10
"""The sizes that stand in such a function where it is told of none: pictures of 20 × 20 digits."""
PENALTY = 0.37
SECONDS = 1.0
"""Of processor time, for such a call after one that was not meant so."""
VECTOR = re.compile(
    r"theta|nn_?param|nn_?weights|^(init\w*_)?param(eter)?s?$|unrolled|^w(eights)?$", re.I
)
"""Names of a vector of all parameters."""
FACTOR = re.compile(r"lambd|lmb?d|^l(am)?$|reg|learning_?rate", re.IGNORECASE)
"""Names of λ: some call it a learning rate."""
LAYER = re.compile(r"((?P<inputs>input)|(?P<hidden>hidden)|(?P<outputs>out(put)?))_?layer$", re.I)
"""Names of widths, beside a vector of all parameters."""
SHAPES = re.compile(r"shapes$", re.IGNORECASE)
"""Names of the shapes of all matrices."""
CLASSES = re.compile(r"num_?labels|n_?labels|labels_?(num|size)|num_?class", re.IGNORECASE)
OTHER = re.compile(r"descent|step|updat|train|fit|check|numer|approx|predict", re.IGNORECASE)
"""Names of functions that do more, or less."""
DERIVES = re.compile(r"grad|deriv|backprop|backwards?$|cost|loss", re.IGNORECASE)
CALLED = Text(
    "The program does not call its gradient on data that are there: it was called on made-up"
    " numbers.",
    "程序没有用现成的数据调用其梯度函数：用编造的数调用了它。",
)


class Given(NamedTuple):
    """Made-up arguments of such a function."""

    theta: Any
    X: Any
    Y: Any
    sizes: tuple[int, ...]
    """Inputs and outputs, with the hidden units between them."""


class Alone(NamedTuple):
    """A call of a gradient that stands alone, on made-up arguments."""

    namespace: dict[str, Any]
    functions: list[Signature]
    """Losses, and the function that gives the gradient."""
    given: Given

    @property
    def gradient(self) -> Signature:
        """The function that gives the gradient."""
        return self.functions[-1]

    def __call__(self) -> None:
        """Call them, and record what becomes of the arguments."""
        derive(self.namespace, self.functions, self.given)


def steps_alone(namespace: dict[str, Any], functions: Mapping[str, Signature]) -> Iterator[Alone]:
    """Yield calls of a program's gradients on numbers that are made up, the plainest first.

    Parameters
    ----------
    namespace : dict
        The program's globals, after it ran.
    functions : mapping
        The signatures of its functions, by their names.
    """
    if namespace[RECORDER].numbers:  # of arrays, single numbers say nothing
        return
    wanted = [each for each in functions.values() if each.name in namespace and is_alone(each)]
    losses = [f for f in wanted if LOSS.search(f.name) and not NOT_A_LOSS.search(f.name)]
    gradients = [f for f in wanted if f not in losses]
    for found in gradients or losses:
        for given in made_up(found):
            yield Alone(namespace, [*(losses if gradients else ()), found], given)


def is_alone(found: Signature) -> bool:
    """Return whether a function takes a vector of parameters, samples, targets, and λ or widths."""
    if OTHER.search(found.name) or not (DERIVES.search(found.name) or BOTH.search(found.name)):
        return False
    named = {name: meaning_of(name) for name in found.parameters}
    needed = [meaning for name, meaning in named.items() if name not in found.optional]
    return None not in needed and {"theta", "X", "Y"} <= set(named.values())


def meaning_of(name: str) -> str | None:
    """Return what an argument of such a function is; None where its name does not say so."""
    if role := role_of(name, among=("X", "Y")):
        return role
    if VECTOR.search(name):
        return "theta"
    if CLASSES.search(name):
        return "outputs"
    if SHAPES.search(name):
        return "shapes"
    if layer := LAYER.match(name):
        return next(width for width, said in layer.groupdict().items() if said)
    width = role_of(name, among=("inputs", "hidden", "outputs", "sizes"))
    return width or ("penalty" if FACTOR.search(name) else None)


def made_up(found: Signature) -> Iterator[Given]:
    """Yield arguments for a function, in the forms that such functions take."""
    meanings = set(map(meaning_of, found.parameters))
    random = np.random.default_rng(11)
    if not meanings & {"inputs", "hidden", "outputs", "sizes", "shapes"}:
        yield from of_one_output(random)
        yield from of_a_network(random, OF_THE_COURSE)
    elif meanings & {"hidden", "sizes", "shapes"}:
        yield from of_a_network(random, (INPUTS, HIDDEN, OUTPUTS))


def of_one_output(random: np.random.Generator) -> Iterator[Given]:
    """Yield arguments for one output, whose samples have a column of ones for the bias."""
    X = np.column_stack([np.ones(M), random.normal(size=(M, INPUTS))])
    theta, y = random.normal(size=INPUTS + 1) / 2, np.arange(M) % 2
    for column, turned in ((False, False), (True, False), (True, True)):
        t = theta[:, None] if turned else theta
        yield Given(t, X, y[:, None] if column else y, (INPUTS, 1))


def of_a_network(random: np.random.Generator, sizes: tuple[int, int, int]) -> Iterator[Given]:
    """Yield arguments for a hidden layer, with classes that count from 1, as Octave does."""
    inputs, hidden, outputs = sizes
    X = random.normal(size=(M, inputs))
    with_ones = np.column_stack([np.ones(M), X])
    many = hidden * (inputs + 1) + outputs * (hidden + 1)
    theta, classes = random.normal(size=many) / np.sqrt(inputs), np.arange(M) % outputs
    forms = classes + 1, np.eye(outputs)[classes], classes[:, None] + 1, classes
    for samples, Y in itertools.product((X, with_ones), forms):
        yield Given(theta, samples, Y, sizes)


def derive(namespace: dict[str, Any], functions: list[Signature], given: Given) -> None:
    """Call functions on the same arguments, the last of which gives the gradient, and record that.

    Samples that meet each other, in an array (m, m), show that targets of this form are not meant:
    what was recorded is forgotten.
    """
    recorder = namespace[RECORDER]
    returned: Any = None
    namespace.setdefault("m", len(given.X))  # some set it beside their data
    for found in functions:
        recorder.read(0, given.theta)
        recorder.stored(0, "Y", given.Y)  # the loss yᵀ ln a makes no weights of targets
        try:
            returned = namespace[found.name](**arguments(found, given))
        except Exception:
            recorder.start_again(SECONDS)
            if found is functions[-1]:
                raise
    if (M, M) in recorder.trace.shapes:
        recorder.start_again(SECONDS)
        return
    for part in returned if isinstance(returned, tuple) else (returned,):
        if np.size(part) == given.theta.size > 1:  # it may be filled entry by entry
            gradient = np.asarray(part, dtype=float).reshape(given.theta.shape)
            recorder.operation(RETURNED, 0, (given.theta, given.X), gradient)
            recorder.stored(0, RETURNED, gradient)


def arguments(found: Signature, given: Given) -> dict[str, Any]:
    """Return the arguments of a call, by their names."""
    values = {
        "theta": given.theta.copy(),
        "X": given.X.copy(),
        "Y": given.Y.copy(),
        "penalty": PENALTY,
        "inputs": given.sizes[0],
        "hidden": given.sizes[-2],
        "outputs": given.sizes[-1],
        "sizes": list(given.sizes),
        "shapes": [(k, n + 1) for n, k in itertools.pairwise(given.sizes)],
    }
    known = {name: meaning_of(name) for name in found.parameters}
    return {name: values[meaning] for name, meaning in known.items() if meaning is not None}
