"""Join layer objects that a program only defines to a network, and take a step with it."""

import functools
import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.defined.making import factories
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.vocabulary import role_of

Make = Callable[[int, int], Any]
SAMPLES, INPUTS, HIDDEN, OUTPUTS = 7, 4, 6, 3
RATE = 0.37
SECONDS = 0.5
"""Of processor time, in which layers are told from other classes."""
JOINED = Text(
    "The program only defines layers: they were joined to a network 4-6-3, which took a step down"
    " ½ Σ (a − y)² on made-up numbers.",
    "程序只定义了层：把它们连成 4-6-3 的网络，用编造的数沿 ½ Σ (a − y)² 下降了一步。",
)
FORWARD = ("forward", "forward_pass", "forward_propagation", "feedforward", "call", "__call__")
BACKWARD = re.compile(r"backw|backprop", re.IGNORECASE)
UPDATE = re.compile(r"update|step|descen", re.IGNORECASE)
RATES = re.compile(r"rate|^lr|gradient_step|step_size")
GIVEN = ("output", "outputs", "out", "a", "A", "activation", "activations")
BEFORE_LOSS = re.compile(r"(output|last|final)_?layer", re.IGNORECASE)
"""Names of classes that stand before the loss."""
ERROR = re.compile(r"^(output_?)?err(or)?s?$", re.IGNORECASE)
BIASES = ("b", "bias", "biases")
HANDED_DOWN = ("dinputs", "d_inputs", "dinput", "dx", "dX", "grad_input")
"""Attributes in which layers leave what they do not return."""


def steps_of_layers(namespace: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Yield steps ½ Σ (a − y)² of a network 4-6-3 made of a program's own layers.

    A layer of weights is a class that is made with two widths, and takes samples of the first to
    the second; what takes an array to one of its own shape stands between two of them.
    """
    kinds = [value for value in namespace.values() if is_layer(value)]
    recorder = namespace[RECORDER]
    recorder.start_again(SECONDS)
    try:
        between = [make for kind in kinds for make in makes_between(kind, namespace)]
        of_weights = [
            (make, samples)
            for kind in kinds
            for make, samples in ways_to_make(kind, namespace)
            if not is_last(kind, kind) and not goes_up(make, samples)
        ]
    except EnoughError:
        return
    for make, samples in of_weights:
        for middle, m in itertools.product([*between[:3], None], (SAMPLES, 1)):
            yield functools.partial(take_step, recorder, make, middle, m, samples)


def ways_to_make(kind: type, namespace: dict[str, Any]) -> Iterator[tuple[Make, str]]:
    """Yield the first way to make a layer of two widths of a class, for either order of samples."""
    for make in factories(kind, namespace):
        fitting = [samples for samples in ("row", "column") if changes_width(make, samples)]
        yield from ((make, samples) for samples in fitting)
        if fitting:
            return


def makes_between(kind: type, namespace: dict[str, Any]) -> Iterator[Callable[[], Any]]:
    """Yield what makes a layer that keeps the shape of what it is given, and hands errors down."""
    for width in factories(kind, namespace):
        for make in (kind, lambda width=width: width(HIDDEN, HIDDEN)):
            if keeps_shape(make) and goes_back(make) and not is_last(kind, make):
                yield make
                return


def are_joined(shapes: set[tuple[int, ...]]) -> bool:
    """Return whether weights of these shapes are those of both layers, with a bias or without."""
    turned = {tuple(sorted(shape)) for shape in shapes}
    first, last = (INPUTS, HIDDEN), (OUTPUTS, HIDDEN)
    with_bias = ((INPUTS + 1, HIDDEN), (OUTPUTS, HIDDEN + 1))
    return {first, last} <= turned or set(with_bias) <= turned


def is_layer(value: Any) -> bool:
    """Return whether this is a class that goes forward and back."""
    return isinstance(value, type) and bool(method(value, FORWARD) and methods(value, BACKWARD))


def method(kind: type, names: tuple[str, ...]) -> str:
    """Return the first of these methods that a class has, ``""`` where it has none."""
    return next((name for name in names if callable(getattr(kind, name, None))), "")


def entrance(kind: type) -> str:
    """Return the method by which a layer goes forward: ``__call__``, where that goes through it.

    It keeps something for the way back, perhaps.
    """
    found = method(kind, FORWARD)
    calls = (vars(base)["__call__"] for base in kind.__mro__ if "__call__" in vars(base))
    code = getattr(next(calls, None), "__code__", None)
    return "__call__" if code is not None and found in code.co_names else found


def methods(kind: type, words: re.Pattern[str]) -> list[str]:
    """Return the methods of a class with such names, as they are written."""
    names = dict.fromkeys(name for base in reversed(kind.__mro__) for name in vars(base))
    return [name for name in names if words.search(name) and callable(getattr(kind, name, None))]


def changes_width(make: Make, samples: str) -> bool:
    """Return whether what is made with two widths takes samples from one to the other."""
    try:
        given = np.ones((SAMPLES, INPUTS) if samples == "row" else (INPUTS, SAMPLES))
        wanted = (SAMPLES, HIDDEN) if samples == "row" else (HIDDEN, SAMPLES)
        return np.shape(went_forward(make(INPUTS, HIDDEN), given)) == wanted
    except Exception:
        return False


def keeps_shape(make: Callable[[], Any]) -> bool:
    """Return whether an object has no weights, and takes an array to another of its shape."""
    try:
        given = np.linspace(-1, 1, SAMPLES * HIDDEN).reshape(SAMPLES, HIDDEN)
        layer = make()
        if any(np.ndim(value) == 2 for value in vars(layer).values()):
            return False
        out = went_forward(layer, given)
        return np.shape(out) == given.shape and not np.allclose(out.sum(axis=1), 1)
    except Exception:
        return False


def goes_back(make: Callable[[], Any]) -> bool:
    """Return whether a class hands errors down, or is asked for f′ without any argument.

    What it makes of an error is linear in it. Other ways back return f′ of what they are given,
    and whether that is z or a is not told.
    """
    try:
        layer = make()
        if gives_derivative(layer):
            return True
        given = np.linspace(-1, 1, SAMPLES * HIDDEN).reshape(SAMPLES, HIDDEN)
        went_forward(layer, given)
        once, twice = (went_back(layer, given, n * np.cos(given)) for n in (1, 2))
        return np.allclose(2 * once, twice)
    except Exception:
        return False


def is_last(kind: type, make: Callable[[], Any]) -> bool:
    """Return whether a class says that it stands before the loss, whose f′ that has cancelled.

    It is called so, what goes back through it is called δ or ∂E/∂z although it has an activation,
    or it is a sigmoid that hands everything down as it came.
    """
    if BEFORE_LOSS.search(kind.__name__):
        return True
    try:
        given = np.linspace(-1, 1, SAMPLES * HIDDEN).reshape(SAMPLES, HIDDEN)
        layer = make()
        out = went_forward(layer, given)
        handed = np.cos(given)
        is_share = np.all((out > 0) & (out < 1)) and not np.allclose(out, given)
        return bool(is_share and np.array_equal(went_back(layer, given, handed.copy()), handed))
    except Exception:
        return False


def goes_up(make: Make, samples: str) -> bool:
    """Return whether a step adds what it makes of an error that may be y − a, by its name."""
    kind = type(make(INPUTS, HIDDEN))
    if not any(
        ERROR.search(name) for back in methods(kind, BACKWARD) for name in taken(kind, back)
    ):
        return False
    try:
        shape = (SAMPLES, INPUTS) if samples == "row" else (INPUTS, SAMPLES)
        given = np.random.default_rng(11).normal(size=shape)
        layer = make(INPUTS, HIDDEN)
        before = np.array(went_forward(layer, given))
        error = 1e-3 * np.cos(np.arange(before.size)).reshape(before.shape)
        went_back(layer, given, error)
        updated(layer)
        return bool(np.vdot(went_forward(layer, given) - before, error) > 0)
    except Exception:
        return False


def taken(kind: type, method_name: str) -> list[str]:
    """Return the names of the arguments of a method."""
    return list(inspect.signature(getattr(kind, method_name)).parameters)


def gives_derivative(layer: Any) -> bool:
    """Return whether an object is asked for its f′ by methods that take nothing."""
    return not any(
        arguments_of(getattr(layer, name), None, None) for name in methods(type(layer), BACKWARD)
    )


def went_forward(layer: Any, given: Any) -> Any:
    """Return what a layer makes of its inputs, also where it only keeps it."""
    returned = getattr(layer, entrance(type(layer)))(given)
    return left_in(layer, GIVEN) if returned is None else returned


def left_in(layer: Any, names: tuple[str, ...]) -> Any:
    """Return the first of these attributes that a layer has."""
    return next(getattr(layer, name) for name in names if hasattr(layer, name))


def take_step(
    recorder: Any, make: Make, middle: Callable[[], Any] | None, m: int, samples: str
) -> None:
    """Go forward and back through a network of two layers of weights."""
    random = np.random.default_rng(11)
    X, Y = random.normal(size=(m, INPUTS)), np.eye(OUTPUTS)[np.arange(m) % OUTPUTS]
    if samples == "column":
        X, Y = X.T.copy(), Y.T.copy()
    between = middle() if middle else None
    layers = [make(INPUTS, HIDDEN), *([between] if middle else []), make(HIDDEN, OUTPUTS)]
    layers = [begun(layer, random) for layer in layers]
    entered = []
    a = X
    for layer in layers:
        entered.append(a)
        a = went_forward(layer, a)
    error = recorder.binary(0, "-", a, Y)
    for layer, inputs in zip(reversed(layers), reversed(entered), strict=True):
        handed = went_back(layer, inputs, error)
        is_slope = layer is between and gives_derivative(layer)
        error = recorder.binary(0, "*", error, handed) if is_slope else handed
    for layer in layers:
        updated(layer)


def updated(layer: Any) -> None:
    """Let a layer take its step, where that is a method of its own."""
    for name in methods(type(layer), UPDATE):
        if not BACKWARD.search(name):
            update = getattr(layer, name)
            update(**arguments_of(update, None, RATE))


def begun(layer: Any, random: np.random.Generator) -> Any:
    """Return a new layer whose biases are other numbers than 0, which momenta begin with too."""
    for name in BIASES:
        bias = getattr(layer, name, None)
        if isinstance(bias, np.ndarray) and bias.dtype == np.float64 and not bias.any():
            bias[...] = random.normal(size=bias.shape) / 10
    return layer


def went_back(layer: Any, inputs: Any, error: Any) -> Any:
    """Return what a layer hands down, by one method or several; also where it only keeps it."""
    handed = None
    for name in methods(type(layer), BACKWARD):
        back = getattr(layer, name)
        returned = back(**arguments_of(back, inputs, error))
        handed = returned if returned is not None else handed
    handed = left_in(layer, HANDED_DOWN) if handed is None else handed
    return handed[0] if isinstance(handed, tuple) else handed


def arguments_of(back: Callable[..., Any], inputs: Any, error: Any) -> dict[str, Any]:
    """Return the arguments of a way back: the error, and inputs and η where they are asked for."""
    required = [p.name for p in inspect.signature(back).parameters.values() if p.default is p.empty]
    given = {}
    for name in required:
        if role_of(name, among=("learning_rate",)) or re.search(
            r"rate|^lr|gradient_step|step_size", name
        ):
            given[name] = RATE
        elif len(required) > 1 and name.lower() in ("x", "input", "inputs", "a_prev"):
            given[name] = inputs
        else:
            given[name] = error
    return given
