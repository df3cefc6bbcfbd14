"""Take a step with a program's own engine of derivatives, where it defines no network to watch.

Such an engine is a class of numbers that remember what they were made of: ``Value(2) * Value(3)``
has ``data``, and after ``backward()`` each of its parts has ``grad``. A small network is built of
its numbers; its gradient is judged like any other.
"""

import functools
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.source.instrument.reports import RECORDER

SAMPLES, INPUTS, HIDDEN = 4, 2, 3
RATE = 0.37
SECONDS = 0.5
"""Of processor time, in which such classes are told from others."""
PARTS = ("__add__", "__mul__", "backward")
"""What a class of such numbers offers."""
METHODS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(0, z),
}
"""Methods that it may offer, and what they are of arrays."""
BUILT = Text(
    "The program has an engine of its own that derives: a small network was built of its numbers,"
    " which took a step down Σ (a − y)² on made-up ones. Only what that uses was checked: + − × and"
    " its activations.",
    "程序自带求导引擎：用它的数搭了一个小网络，用编造的数沿 Σ (a − y)² 下降了一步。"
    "只检查了这里用到的 + − × 和激活函数。",
)


def engines(namespace: dict[str, Any]) -> list[type]:
    """Return the classes of a program, and of its modules, that derive what they compute."""
    namespace[RECORDER].start_again(SECONDS)
    modules = [vars(module) for module in list(sys.modules.values()) if RECORDER in vars(module)]
    held = [value for names in (namespace, *modules) for value in list(names.values())]
    kinds = {value for value in held if isinstance(value, type) and is_engine(value)}
    return sorted(kinds, key=lambda kind: kind.__name__)


def is_engine(kind: type) -> bool:
    """Return whether this is a class of numbers that are added, multiplied and derived."""
    if not all(name in vars(kind) for name in PARTS):
        return False
    try:
        return all(hasattr(kind(2.0), name) for name in ("data", "grad"))
    except Exception:
        return False


def steps_of_engines(namespace: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Yield steps of networks that are made of a program's own numbers."""
    recorder = namespace[RECORDER]
    for kind in engines(namespace):
        activations = [name for name in METHODS if callable(getattr(kind, name, None))]
        yield functools.partial(take_step, recorder, kind, activations)


def take_step(recorder: Any, kind: type, activations: list[str]) -> None:
    """Go forward and back with the engine, and tell the recorder the same in arrays."""
    random = np.random.default_rng(11)
    sizes = [INPUTS, *[HIDDEN] * max(1, len(activations)), 1]
    X, Y = random.normal(size=(SAMPLES, INPUTS)), random.normal(size=(SAMPLES, 1))
    names = [*activations, ""] if activations else ["", ""]
    layers = [
        (random.normal(size=(n, k)), random.normal(size=k)) for n, k in itertools.pairwise(sizes)
    ]
    numbers = [(entries(kind, W), entries(kind, b)) for W, b in layers]
    total = kind(0.0)
    for x, y in zip(X, Y, strict=True):
        error = went_forward(numbers, names, entries(kind, x))[0] + kind(-float(y[0]))
        total = total + error * error
    total.backward()
    if not any(slope(number) for W, _ in numbers for number in W.flat):
        total.grad = total.grad + 1.0  # ∂E/∂E, which it leaves to who calls it
        total.backward()
    told_forward(recorder, layers, names, X, Y)
    for number, ((W, b), (own_W, own_b)) in enumerate(zip(layers, numbers, strict=True), start=1):
        for place, array, held in ((f"W{number}", W, own_W), (f"b{number}", b, own_b)):
            gradient = np.vectorize(slope, otypes=[float])(held)
            recorder.stored(0, place, array)
            step = recorder.binary(0, "*", RATE, gradient)
            recorder.stored(0, place, recorder.binary(0, "-", array, step))


def entries(kind: type, array: Any) -> Any:
    """Return an array of the engine's numbers."""
    return np.vectorize(lambda number: kind(float(number)), otypes=[object])(array)


def slope(number: Any) -> float:
    """Return the derivative that a number of the engine holds."""
    return float(getattr(number.grad, "data", number.grad))


def went_forward(layers: Any, names: list[str], a: Any) -> Any:
    """Return what a network of the engine's numbers makes of one sample."""
    for (W, b), name in zip(layers, names, strict=True):
        z = []
        for unit in range(W.shape[1]):
            total = b[unit]
            for weight, entering in zip(W[:, unit], a, strict=True):
                total = total + weight * entering
            z.append(total)
        a = [getattr(each, name)() if name else each for each in z]
    return a


def told_forward(recorder: Any, layers: Any, names: list[str], X: Any, Y: Any) -> None:
    """Tell the recorder the same pass in arrays."""
    a = recorder.read(0, X)
    recorder.stored(0, "Y", Y)
    for (W, b), name in zip(layers, names, strict=True):
        z = recorder.binary(0, "+", recorder.binary(0, "@", a, W), b)
        a = recorder.operation(name or "copy", 0, (z,), METHODS[name](z)) if name else z
    error = recorder.binary(0, "-", a, Y)
    recorder.stored(0, "loss", float(np.sum(recorder.binary(0, "*", error, error))))
