"""Call what returns a loss and its gradient, and compare the gradient with differences of the loss.

It may be a function of scores or weights, or the method of an object that holds its parameters in
a dict.
"""

import ast
import copy
import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.namespace import names_bound
from clearprop.check.script.child.pairs.comparing import (
    MARK,
    MAX_ENTRIES,
    SEEDS,
    by_array,
    differences,
    is_equal,
)
from clearprop.check.script.child.pairs.finding import Own
from clearprop.check.script.child.pairs.forms import Arguments, of_loss
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.observed import FILE, Pair, Share, Trouble
from clearprop.check.script.source.vocabulary import LOSS

NAMED = re.compile(r"svm|softmax|hinge|logistic", re.IGNORECASE)
"""Other names of losses."""


def is_loss(own: Own) -> bool:
    """Return whether a function may return a loss and its gradient."""
    name, returned = own.found.name, own.found.returned
    marked = [not name or MARK.search(name) for name in returned[1:]]
    return any(marked) and bool(LOSS.search(name) or NAMED.search(name))


def compared_loss(own: Own) -> Pair | None:
    """Return a function with the gradient that it returns and that of its loss; None of others."""
    for given in of_loss(own.found, SEEDS[0]):
        shares = shares_of(own.call, own.found.returned[1:], given, own.line_of)
        if not shares or not all(share.given.size for share in shares):
            continue
        if not all(map(is_equal, shares)):
            again = next(
                each
                for each in of_loss(own.found, SEEDS[1])
                if np.shape(each.array(next(iter(each.places))))
                == np.shape(given.array(next(iter(given.places))))
            )
            others = shares_of(own.call, own.found.returned[1:], again, own.line_of)
            if [is_equal(share) for share in others] != [is_equal(share) for share in shares]:
                return None
        return Pair(own.found.name, own.found.name, given.samples, tuple(shares))
    trouble = undefined_name(own)
    return None if trouble is None else Pair(own.found.name, own.found.name, 0, (), trouble)


def undefined_name(own: Own) -> Trouble | None:
    """Return the first name in a function that nothing defines, where all arguments lead to it.

    What the module sets elsewhere, or may import, was only not come to.
    """
    statements = getattr(own.tree, "body", [])
    known = {name for statement in statements for name in names_bound(statement)}
    imports = (part for part in ast.walk(own.tree) if isinstance(part, ast.Import | ast.ImportFrom))
    known |= {each.asname or each.name for part in imports for each in part.names}
    found: set[Trouble | None] = set()
    for given in of_loss(own.found, SEEDS[0]):
        try:
            own.call(**copy.deepcopy(given.given))
            return None
        except NameError as error:
            if error.name in known or "*" in known:
                return None
            line = own.file * FILE + line_in(error, own.call.__code__.co_filename)
            found.add(trouble_of(error, line))
        except Exception:  # these arguments are not meant
            continue
    return found.pop() if len(found) == 1 else None


def shares_of(
    call: Callable[..., Any],
    names: tuple[str, ...],
    given: Arguments,
    line_of: Callable[[str], int],
) -> list[Share]:
    """Return what a call returns as gradients beside differences of the loss that it returns."""

    def value(changed: Arguments) -> float:
        np.random.seed(SEEDS[0])
        return float(call(**copy.deepcopy(changed.given))[0])

    try:
        np.random.seed(SEEDS[0])
        loss, *rest = call(**copy.deepcopy(given.given))
        if np.ndim(loss) or value(given) != value(given):
            return []
        returned = rest[0] if len(rest) == 1 else tuple(rest)
        found = by_array(returned, names, given)
        return [
            shared(value, given, name, mine, array, line_of(mine))
            for name, (mine, array) in found.items()
        ]
    except Exception:
        return []


def shared(
    value: Callable[[Arguments], float],
    given: Arguments,
    name: str,
    mine: str,
    array: FloatArray,
    line: int,
    entries: int = MAX_ENTRIES,
) -> Share:
    """Return a gradient beside differences."""
    if np.shape(given.array(name)) != array.shape:
        return Share(mine, np.zeros(0), np.zeros(0), line)
    chosen = np.unique(np.linspace(0, array.size - 1, entries).astype(int))
    return Share(mine, array.ravel()[chosen], differences(value, given, name, chosen), line)


SIZES: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"input_(size|dim)|n_?in(put)?s?"), 6),
    (re.compile(r"hidden_(dims|sizes|layers|size_list)|layers"), [5, 4]),
    (re.compile(r"hidden_(size|dim)|n_?hidden"), 5),
    (re.compile(r"output_(size|dim)|num_classes|n_?classes"), 3),
    (re.compile(r"num_filters|n_?filters"), 2),
    (re.compile(r"filter_size|kernel_size"), 3),
    (re.compile(r"weight_scale|std"), 0.5),
    (re.compile(r"reg|weight_decay_lambda"), 0.3),
    (re.compile(r"wordvec_dim"), 4),
    (re.compile(r"word_to_idx"), {"<NULL>": 0, "<START>": 1, "<END>": 2, "cat": 3, "dog": 4}),
    (re.compile(r"dtype"), np.float64),
    (re.compile(r"seed"), 3),
)
"""Arguments of objects that hold a network, by their names."""
KINDS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("normalization", ("batchnorm", "layernorm")),
    ("use_batchnorm", (True,)),
    ("activation", ("sigmoid",)),
    ("cell_type", ("lstm",)),
    ("dropout", (0.6,)),
    ("dropout_keep_ratio", (0.6,)),
)
"""Kinds of networks that an object can be, beside the usual one."""
PICTURES = (2, 4, 4)
TRAINING = ("train_flg", "training", "is_training")
"""Arguments by which a loss is told that it is that of training."""
SATURATED = 6.0
"""A loss from which an ε inside a logarithm may decide."""
LARGE, FEW = 3000, 5
"""Parameters of a large object, and how many entries of each array are looked at there."""


def of_objects(
    classes: Mapping[str, type], line_of: Callable[[str], int]
) -> Iterator[tuple[str, Pair | None]]:
    """Yield classes that have a method ``loss`` with what it returns, and what it should."""
    for name, kind in classes.items():
        if not callable(getattr(kind, "loss", None)):
            continue
        line = line_of(name)
        tried = [(given, compared_object(name, kind, given, line)) for given in makings(kind)]
        usual = [pair for _, pair in tried if pair is not None]
        wrong = next((p for p in usual if not all(map(is_equal, p.shares))), None)
        if tried:
            yield name, wrong or (usual[0] if usual else None)


def makings(kind: type) -> Iterator[dict[str, Any]]:
    """Yield the arguments of a class: as it is usually made, and of each kind that it can be."""
    parameters = inspect.signature(kind).parameters
    given: dict[str, Any] = {}
    for name, parameter in parameters.items():
        known = next((v for words, v in SIZES if words.fullmatch(name)), None)
        if known is None and parameter.default is parameter.empty:
            return
        if known is not None:
            given[name] = known
    if isinstance(getattr(parameters.get("input_dim"), "default", 0), tuple):
        given["input_dim"] = PICTURES
        yield given
        del given["input_dim"]
    yield given
    for name, values in KINDS:
        if name in parameters:
            for value in values:
                yield {**given, name: value}


def compared_object(name: str, kind: type, given: dict[str, Any], line: int) -> Pair | None:
    """Return an object's gradient beside differences of its loss; None where it cannot be called.

    What is wrong has to be so for other numbers too.
    """
    pairs = []
    for seed in SEEDS:
        try:
            shares = object_shares(kind, given, line, seed)
        except Exception:
            return None
        if not shares:
            return None
        pairs.append(Pair(f"{name}.loss", f"{name}.loss", 1, tuple(shares)))
        if all(map(is_equal, shares)):
            return pairs[-1]
    return pairs[0]


def object_shares(kind: type, given: dict[str, Any], line: int, seed: int) -> list[Share]:
    """Return the gradients of a new object beside differences; nothing where none fits."""
    random = np.random.default_rng(seed)
    np.random.seed(SEEDS[0])
    owner = kind(**given)
    for array in owner.params.values():
        fan_in = array.size / array.shape[-1] if array.ndim < 3 else array[0].size
        array[...] = random.normal(size=array.shape) / max(2.0, np.sqrt(fan_in))
    samples = samples_for(kind, given, random)

    def value(changed: Arguments) -> float:
        np.random.seed(SEEDS[0])
        fresh = copy.deepcopy(owner)
        for name, array in changed.given.items():
            fresh.params[name][...] = array  # its layers may hold the same arrays
        return loss_and_gradient(fresh, samples, gradient=False)[0]

    params = {name: np.array(array, dtype=float) for name, array in owner.params.items()}
    arguments = Arguments(params, {name: (name,) for name in params}, 1)
    np.random.seed(SEEDS[0])
    loss, grads = loss_and_gradient(copy.deepcopy(owner), samples)
    known = [name for name in params if name in grads]
    is_steady = value(arguments) == value(arguments) == loss
    if not known or not is_steady or not loss < SATURATED:
        return []
    entries = MAX_ENTRIES if sum(a.size for a in params.values()) < LARGE else FEW
    return [
        shared(value, arguments, name, name, np.asarray(grads[name], float), line, entries)
        for name in itertools.islice(known, 12)
    ]


def loss_and_gradient(
    owner: Any, samples: tuple[Any, Any], *, gradient: bool = True
) -> tuple[float, dict[str, Any]]:
    """Return the loss of an object and its gradient, by one method or by two.

    Raises
    ------
    TypeError
        If the loss is no single number.
    """
    trains = {n: True for n in TRAINING if n in inspect.signature(owner.loss).parameters}
    state = np.random.get_state()
    returned = owner.loss(*copy.deepcopy(samples), **trains)
    if isinstance(returned, tuple):
        return float(returned[0]), returned[1]
    np.random.set_state(state)
    grads = owner.gradient(*copy.deepcopy(samples)) if gradient else {}
    return float(returned), grads


def samples_for(kind: type, given: dict[str, Any], random: np.random.Generator) -> tuple[Any, Any]:
    """Return samples and targets for an object: pictures, captions, or rows."""
    if "word_to_idx" in given:
        return random.normal(size=(3, given.get("input_dim", 6))), random.integers(1, 5, (3, 4))
    usual = getattr(inspect.signature(kind).parameters.get("input_dim"), "default", 6)
    usual = usual if isinstance(usual, tuple) else 6
    width = given.get("input_dim", given.get("input_size", usual))
    shape = (3, *width) if isinstance(width, tuple) else (3, width)
    return random.normal(size=shape), np.array([0, 2, 1])
