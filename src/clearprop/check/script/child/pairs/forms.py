"""Made-up arguments of functions that go forward: arrays whose shapes fit, told by their names."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.defined.choices import word_for
from clearprop.check.script.source.reading import Signature

N, D, M, H, T, CLASSES = 3, 4, 5, 6, 2, 4
"""Samples, inputs, units, units of a state, steps of a sequence, classes."""
INPUT = (
    r"([xyazhsv]|logits|scores)(_?(prev|in|t|l|val|data|\d))?"
    r"|(in|layer)_?(put|data)s?|data|features|inp"
)
WEIGHT = r"w\d?|weights?\d?|kernels?|filters?|theta"
BIAS = r"b\d?|bias(es)?\d?"
GAIN = r"gamma|beta|scale|shift"
STATE = r"(prev_?)?[hc]|[hca]_?(prev|0)|(prev_)?hidden|h_?t_?1"
CLASS = r"y|labels?|t(arget)?s?|captions"
MASK = r"mask"
TARGETS = r"t|targets?|labels?|y_?true"
ROW, COLUMN = (N, D), (D, N)
PICTURES, LAST = (2, 4, 4, 4), (2, 4, 4, 3)
"""Two pictures of 4 × 4 with channels first, and with channels last."""
SETTING = re.compile(r"param|config|settings|^opts?$|hyper", re.IGNORECASE)
NUMBERS: tuple[tuple[str, float], ...] = (
    (r"stride|step", 1),
    (r"pad(ding)?", 1),
    (r"p|keep_?prob\w*|drop\w*|rate|prob", 0.6),
    (r"g|groups?|num_groups", 2),
    (r"eps\w*", 1e-5),
    (r"momentum", 0.9),
    (r"slope|alpha|leak\w*|negative_slope", 0.1),
    (r"seed", 3),
    (r"(lambda|reg|lambd|lmbda)\w*", 0.3),
    (r"n_?in\w*|in_?(put_?)?(size|features|dim|units|channels?)|inputs?_?num|fan_in", D),
    (r"n_?(out|neurons|units|hidden)\w*|out_?(put_?)?(size|features|dim|units)|units|fan_out", M),
    (r"f|k|(pool_?|kernel_?|filter_?|window_?)?(size|height|width|h|w)", 2),
)
"""Names of single numbers, and what they are."""
TRAINING = re.compile(r"(is_?)?train(ing)?(_?(flg|flag|mode|phase))?", re.IGNORECASE)
"""Names of what says that the way forward is that of training."""
OF_POOLING = re.compile(r"pool", re.IGNORECASE)
SHAPE = re.compile(r"((weights?|w|layer|pool|window|kernel)_?)?shape", re.IGNORECASE)
"""Names of the shape of weights, or of the window of a pooling layer."""


class Arguments(NamedTuple):
    """Arguments of one call, and the arrays in them, each with its place."""

    given: dict[str, Any]
    places: dict[str, tuple[str, ...]]
    """The argument, or the argument and its key, that holds each array of real numbers."""
    samples: int

    def array(self, name: str) -> Any:
        """Return one of the arrays."""
        found: Any = self.given
        for part in self.places[name]:
            found = found[part]
        return found


class Whole(tuple[int, ...]):
    """The shape of an array of whole numbers, which choose rows of another."""


Shapes = Mapping[str, tuple[int, ...]]
PLAIN: tuple[tuple[int, Shapes], ...] = (
    (N, {INPUT: ROW, WEIGHT: (D, M), BIAS: (M,), GAIN: (D,)}),
    (N, {INPUT: ROW, WEIGHT: (D, M), BIAS: (1, M), GAIN: (1, D)}),
    (N, {INPUT: COLUMN, WEIGHT: (M, D), BIAS: (M, 1), GAIN: (D, 1)}),
    (N, {INPUT: ROW, WEIGHT: (M, D), BIAS: (M,), GAIN: (D,)}),
    (N, {INPUT: ROW, WEIGHT: (M, D), BIAS: (1, M), GAIN: (1, D)}),
    (2, {INPUT: PICTURES, WEIGHT: (3, 4, 3, 3), BIAS: (3,), GAIN: (4,)}),
    (2, {INPUT: PICTURES, WEIGHT: (3, 4, 3, 3), BIAS: (3, 1), GAIN: (1, 4, 1, 1)}),
    (2, {INPUT: LAST, WEIGHT: (3, 3, 3, 2), BIAS: (1, 1, 1, 2), GAIN: (3,)}),
    (1, {INPUT: (4, 4), WEIGHT: (3, 3), BIAS: (1,), GAIN: (4,)}),
    (N, {INPUT: (N, T, D), WEIGHT: (D, M), BIAS: (M,), GAIN: (D,)}),
    (N, {INPUT: Whole((N, T)), WEIGHT: (D, M)}),
    (1, {INPUT: (1, D), WEIGHT: (D, M), BIAS: (1, M), GAIN: (1, D)}),
    (1, {INPUT: (D, 1), WEIGHT: (M, D), BIAS: (M, 1), GAIN: (D, 1)}),
    (1, {INPUT: (D,), WEIGHT: (M, D), BIAS: (M,), GAIN: (D,)}),
    (1, {INPUT: (D,), WEIGHT: (D, M), BIAS: (M,), GAIN: (D,)}),
)  # fmt: skip
"""Samples and shapes of layers of one product, or of none."""
INTO, AGAIN, OUT = r"w_?xh?|w_?ih|u", r"w_?hh?", r"w_?h?y|v"
RECURRENT: tuple[tuple[int, Shapes], ...] = tuple(
    (
        N,
        {
            STATE: (N, H),
            INTO: (D, k * H),
            AGAIN: (H, k * H),
            OUT: (H, M),
            r"b_?y": (M,),
            r"b_?h?|bias": (k * H,),
            r"x\w*": x,
        },
    )
    for k in (1, 4, 3)
    for x in (ROW, (N, T, D))
)
"""Those of recurrent layers, of one gate or several."""
OF_STATE = re.compile(r"w_?(aa|hh)|u_?[fiocgrzu]?", re.IGNORECASE)
OF_INPUT = re.compile(r"w_?(ax|xh|x)", re.IGNORECASE)
OF_OUTPUT = re.compile(r"w_?(ya|hy|y)", re.IGNORECASE)
OF_GATE = re.compile(r"w_?[fiocgu]", re.IGNORECASE)
COLUMNS: tuple[tuple[int, Shapes], ...] = (
    (N, {STATE: (H, N), r"xt?": (D, N)}),
    (N, {STATE: (H, N), r"xt?": (D, N, T)}),
)
"""Shapes of recurrent layers whose weights lie in a dict."""


def arguments(
    found: Signature,
    tree: ast.AST,
    namespace: Mapping[str, Any],
    seed: int,
    held: Mapping[str, tuple[int, ...]],
) -> Iterator[Arguments]:
    """Yield made-up arguments that a function may mean, the plainest first.

    Parameters
    ----------
    found : Signature
    tree : ast.AST
        The module that defines it.
    namespace : mapping
        The globals of that module.
    seed : int
        Of the numbers that are drawn.
    held : mapping of str to tuple of int
        The shapes of arrays that an object holds besides.
    """
    for samples, shapes in (*PLAIN, *RECURRENT, *COLUMNS):
        random = np.random.default_rng(seed)
        given: dict[str, Any] = {}
        places: dict[str, tuple[str, ...]] = {}
        for name, its_shape in held.items():
            given[name], places[name] = random.normal(size=its_shape) / 2, (name,)
        for name in found.parameters:
            shape = shape_of(name, shapes)
            if isinstance(shape, Whole):
                given[name] = random.integers(D, size=shape)
            elif shape is not None and (name not in found.optional or name[:1] in "wWbB"):
                given[name], places[name] = random.normal(size=shape), (name,)
            elif name in found.optional:
                continue
            elif re.fullmatch(TARGETS, name, re.IGNORECASE) and shapes.get(INPUT) == ROW:
                given[name] = np.eye(D)[np.arange(N) % D]
            elif SETTING.search(name):
                inside = keys_of(name, tree)
                arrays = gates(inside, random)
                given[name] = {**settings(found.name, inside), **arrays}
                places |= {key: (name, key) for key in arrays}
            else:
                value = single(name, found.name, tree, namespace)
                if value is None:
                    break
                given[name] = value
        else:
            if places:
                yield Arguments(given, places, samples)


def shape_of(name: str, shapes: Shapes) -> tuple[int, ...] | None:
    """Return the shape that an array of this name has; None of one that has none."""
    return next((s for words, s in shapes.items() if re.fullmatch(words, name, re.I)), None)


def keys_of(name: str, tree: ast.AST) -> list[str]:
    """Return the words by which a dict is asked for something, by brackets or ``get``."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        asked: ast.expr | None = None
        if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == name:
            asked = node.slice
        elif isinstance(node, ast.Call) and node.args and is_get_of(name, node.func):
            asked = node.args[0]
        if isinstance(asked, ast.Constant) and isinstance(asked.value, str):
            found.setdefault(asked.value)
    return list(found)


def is_get_of(name: str, function: ast.expr) -> bool:
    """Return whether a function is the method ``get`` of a variable."""
    is_get = isinstance(function, ast.Attribute) and function.attr == "get"
    return is_get and getattr(getattr(function, "value", None), "id", "") == name


def gates(keys: list[str], random: np.random.Generator) -> dict[str, Any]:
    """Return the weights and biases of a recurrent layer that keeps them in a dict."""
    kinds: tuple[tuple[re.Pattern[str], tuple[int, ...]], ...] = (
        (OF_INPUT, (H, D)), (OF_OUTPUT, (2, H)), (OF_STATE, (H, H)), (OF_GATE, (H, H + D)),
        (re.compile("b_?y", re.I), (2, 1)), (re.compile("b_?[a-z]?", re.I), (H, 1)),
    )  # fmt: skip
    return {
        key: random.normal(size=shape) / 2
        for key in keys
        if (shape := next((s for words, s in kinds if words.fullmatch(key)), None)) is not None
    }


def settings(function: str, asked: list[str]) -> dict[str, Any]:
    """Return what a dict of settings holds for a function: what it asks for, and the usual."""
    of_pooling = OF_POOLING.search(function) is not None
    names = ("stride", "pad", "pool_height", "pool_width", "p", "seed", *asked)
    found = {name: number(name, of_pooling=of_pooling) for name in names}
    known = {name: value for name, value in found.items() if value is not None}
    return {**known, "mode": "train"}


def number(name: str, *, of_pooling: bool) -> float | None:
    """Return the number that a name stands for; None of a name that stands for none."""
    if of_pooling and re.fullmatch(r"stride|step", name, re.IGNORECASE):
        return 2
    return next((v for words, v in NUMBERS if re.fullmatch(words, name, re.IGNORECASE)), None)


def single(name: str, function: str, tree: ast.AST, namespace: Mapping[str, Any]) -> Any:
    """Return a number, a word or a shape for an argument; None for one that is not known."""
    of_pooling = OF_POOLING.search(function) is not None
    if name == "mode":
        return "max" if of_pooling else "train"
    if re.search(r"activ", name, re.IGNORECASE):
        return word_for(name, tree, namespace) or "relu"
    if TRAINING.fullmatch(name):
        return True
    if SHAPE.fullmatch(name):
        return (2, 2) if of_pooling else (D, M)
    return number(name, of_pooling=of_pooling)


def of_loss(found: Signature, seed: int) -> Iterator[Arguments]:
    """Yield made-up arguments of a function that returns a loss and its gradient.

    Scores of classes, or weights and samples; and the classes, one a sample, or a row of 0 and 1.
    """
    forms: tuple[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]], ...] = (
        ((N, CLASSES), (D, CLASSES), (N,)),
        ((N, D), (D, CLASSES), (N,)),
        ((D, N), (CLASSES, D), (N,)),
        ((N, T, CLASSES), (), (N, T)),
        ((N, CLASSES), (D, CLASSES), (N, CLASSES)),
    )
    has_weights = any(re.fullmatch(WEIGHT, name, re.IGNORECASE) for name in found.parameters)
    for number_of_form, (inputs, weights, classes) in enumerate(forms):
        if has_weights == (number_of_form not in (1, 2)):
            continue
        random = np.random.default_rng(seed)
        chosen = np.arange(int(np.prod(classes))).reshape(classes) % CLASSES
        if len(inputs) == len(classes) == 2:
            chosen = np.eye(CLASSES)[np.arange(N) % CLASSES]
        given: dict[str, Any] = {}
        places: dict[str, tuple[str, ...]] = {}
        for name in found.parameters:
            if re.fullmatch(CLASS, name, re.IGNORECASE):
                given[name] = chosen
            elif re.fullmatch(MASK, name, re.IGNORECASE):
                given[name] = chosen != 1
            elif re.fullmatch(WEIGHT, name, re.IGNORECASE) and weights:
                given[name], places[name] = random.normal(size=weights), (name,)
            elif re.fullmatch(INPUT, name, re.IGNORECASE):
                given[name], places[name] = random.normal(size=inputs), (name,)
            elif name not in found.optional:
                value = number(name, of_pooling=False)
                if value is None:
                    break
                given[name] = value
        else:
            if places:
                yield Arguments(given, places, N)
