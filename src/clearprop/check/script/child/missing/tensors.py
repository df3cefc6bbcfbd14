"""Stand in for PyTorch's tensors, for programs that derive their gradients by hand on them.

A tensor is a NumPy array with PyTorch's names for what arrays can do. There is no autograd.
"""

import math
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.missing.tensor_methods import Methods
from clearprop.check.script.errors import TranslatedError

NOTE = Text("PyTorch's tensors were NumPy arrays here.", "这里用 NumPy 数组代替 PyTorch 张量。")


class AutogradError(TranslatedError, TypeError):
    """The program leaves its gradients to PyTorch.

    Parameters
    ----------
    name : str
        What it asks for.
    """

    def __init__(self, name: str) -> None:
        said = Text(
            f"its gradients are taken by PyTorch, not derived: {name}",
            f"梯度由 PyTorch 求得，而不是推导出来的：{name}",
        )
        super().__init__(said)


class Count(int):
    """The size of an array as NumPy has it, and as PyTorch has it when it is called."""

    shape: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...]) -> "Count":
        """Return the number of numbers in a shape."""
        made = cls(math.prod(shape))
        made.shape = shape
        return made

    def __call__(self, axis: Any = None) -> Any:
        """Return the shape, or one number of it."""
        return self.shape if axis is None else self.shape[axis]


class Tensor(Methods, np.ndarray):  # type: ignore[inconsistent-inheritance]
    """An array with the methods of a tensor."""

    requires_grad = False

    def mm(self, other: Any) -> Any:
        """Return a product of matrices."""
        return np.matmul(self, other)

    matmul = bmm = mv = mm

    def t(self) -> Any:
        """Return the transposed matrix."""
        return self.T

    def mul(self, other: Any) -> Any:
        """Return a product, number by number."""
        return self * other

    def div(self, other: Any) -> Any:
        """Return a quotient."""
        return self / other

    def pow(self, exponent: float) -> Any:
        """Return a power."""
        return self**exponent

    def clamp(self, min: float | None = None, max: float | None = None) -> Any:
        """Return the numbers between two bounds."""
        return np.clip(self, min, max)

    def clamp_min(self, min: float) -> Any:
        """Return the numbers, none below a bound."""
        return np.maximum(self, min)

    def clamp_max(self, max: float) -> Any:
        """Return the numbers, none above a bound."""
        return np.minimum(self, max)

    def clone(self) -> Any:
        """Return a copy."""
        return self.copy()

    def same(self, *_: Any, **__: Any) -> Any:
        """Return the tensor itself, wherever it is to go."""
        return self

    detach = cpu = cuda = to = contiguous = double = requires_grad_ = type = same

    def float(self) -> Any:
        """Return fractions."""
        return self.astype(np.float64)

    def long(self) -> Any:
        """Return whole numbers."""
        return self.astype(np.int64)

    int = long

    def numpy(self) -> Any:
        """Return a plain array."""
        return np.asarray(self)

    def view(self, *shape: Any) -> Any:  # type: ignore[override]
        """Return the same numbers in another shape."""
        return self.reshape(*shape) if shape else self

    @property
    def size(self) -> Any:
        """How many numbers there are; called, it returns the shape."""
        return Count.of(self.shape)

    def resize(self, *shape: Any) -> Any:  # type: ignore[override]
        """Return the same numbers in another shape."""
        return self.reshape(*shape)

    def narrow(self, dim: Any, start: Any, length: Any) -> Any:
        """Return a stretch along an axis."""
        return self[(slice(None),) * dim + (slice(start, start + length),)]

    def dim(self) -> Any:
        """Return the number of axes."""
        return self.ndim

    def numel(self) -> Any:
        """Return how many numbers there are."""
        return math.prod(self.shape)

    def unsqueeze(self, axis: Any) -> Any:
        """Return the numbers with one more axis."""
        return np.expand_dims(self, axis)

    def fill_(self, value: Any) -> Any:
        """Set all numbers to one."""
        self[...] = value
        return self

    def zero_(self) -> Any:
        """Set all numbers to 0."""
        return self.fill_(0)

    def uniform_(self, low: Any = 0, high: Any = 1) -> Any:
        """Draw all numbers anew, between two bounds."""
        return self.fill_(np.random.uniform(low, high, self.shape))

    def normal_(self, mean: Any = 0, std: Any = 1) -> Any:
        """Draw all numbers anew, around a mean."""
        return self.fill_(np.random.normal(mean, std, self.shape))

    def sum(self, *axis: Any, **settings: Any) -> Any:  # type: ignore[override]
        """Return sums along an axis."""
        return np.asarray(np.asarray(self).sum(*axis, **renamed(settings))).view(Tensor)

    def mean(self, *axis: Any, **settings: Any) -> Any:  # type: ignore[override]
        """Return averages along an axis."""
        return np.asarray(np.asarray(self).mean(*axis, **renamed(settings))).view(Tensor)

    def max(self, *given: Any, **settings: Any) -> Any:  # type: ignore[override]
        """Return the largest number; along an axis, also where it stands; of two, the larger."""
        if given and isinstance(given[0], np.ndarray):
            return np.maximum(self, given[0])
        return extreme(self, np.max, np.argmax, *given, **renamed(settings))

    def min(self, *given: Any, **settings: Any) -> Any:  # type: ignore[override]
        """Return the smallest number; along an axis, also where it stands; of two, the smaller."""
        if given and isinstance(given[0], np.ndarray):
            return np.minimum(self, given[0])
        return extreme(self, np.min, np.argmin, *given, **renamed(settings))

    def backward(self, *_: Any, **__: Any) -> None:
        """Refuse: the gradient of autograd is nobody's code."""
        raise AutogradError("backward()")


class Extremes(NamedTuple):
    """The extreme numbers along an axis, and their places, as PyTorch hands them out."""

    values: Any
    indices: Any


def extreme(
    array: Any, value: Any, place: Any, axis: int | None = None, keepdims: bool = False
) -> Any:
    """Return an extreme number of an array, or those along an axis and their places."""
    plain = np.asarray(array)
    if axis is None:
        return np.asarray(value(plain)).view(Tensor)
    found = (each(plain, axis=axis, keepdims=keepdims) for each in (value, place))
    return Extremes(*(np.asarray(part).view(Tensor) for part in found))


def renamed(settings: dict[str, Any]) -> dict[str, Any]:
    """Return NumPy's names of settings."""
    names = {"dim": "axis", "keepdim": "keepdims"}
    kept = {names.get(name, name): value for name, value in settings.items()}
    return {name: value for name, value in kept.items() if name in ("axis", "keepdims")}


def tensor(values: Any, *_: Any, **__: Any) -> Any:
    """Return numbers as a tensor."""
    array = np.array(values)
    kept = array.astype(np.float64) if array.dtype.kind == "f" else array
    return np.atleast_1d(kept).reshape(array.shape).view(Tensor)


class Kind(type):
    """What PyTorch's class of tensors is here: called, it makes one; to libraries, none is."""

    def __call__(cls, *given: Any, **_: Any) -> Any:
        """Return numbers as a tensor, or one of zeros of a shape."""
        if given and all(isinstance(size, int) for size in given):
            return np.zeros(given).view(Tensor)
        return tensor(given[0] if given else [])

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, Tensor)

    def __subclasscheck__(cls, _: type) -> bool:
        return False


class TensorOfTorch(metaclass=Kind):
    """``torch.Tensor``."""


def filled(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of a shape, given as numbers or as one tuple."""

    def made(*shape: Any, **_: Any) -> Any:
        sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return np.asarray(make(sizes), dtype=float).view(Tensor)

    return made


def applied(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy under PyTorch's names of its settings."""

    def apply(*given: Any, **settings: Any) -> Any:
        return np.asarray(function(*given, **renamed(settings))).view(Tensor)

    apply.__name__ = function.__name__
    apply.__module__ = "numpy"
    return apply


def of_method(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function of tensors that calls a method of theirs."""

    def call(given: Any, *others: Any, **settings: Any) -> Any:
        return method(np.asarray(given).view(Tensor), *others, **settings)

    call.__name__ = name
    call.__module__ = "numpy"
    return call


def sigmoid(z: Any) -> Any:
    """Return 1 / (1 + e^−z)."""
    return 1 / (1 + np.exp(-np.asarray(z)))


def relu(z: Any) -> Any:
    """Return max(0, z)."""
    return np.maximum(np.asarray(z), 0)


def softmax(z: Any, axis: int = -1) -> Any:
    """Return e^z / Σ e^z along an axis."""
    powers = np.exp(z - np.max(np.asarray(z), axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def log_softmax(z: Any, axis: int = -1) -> Any:
    """Return z − ln Σ e^z along an axis."""
    return np.log(softmax(np.asarray(z), axis))


def one(name: str) -> Any:
    """Return a method of NumPy's that a tensor has as well."""
    function = {"sigmoid": sigmoid, "relu": relu}.get(name) or getattr(np, name)
    return lambda self: np.asarray(function(np.asarray(self))).view(Tensor)


for known in ("exp", "log", "sqrt", "tanh", "abs", "sign", "sigmoid", "relu"):
    setattr(Tensor, known, one(known))


class Nothing:
    """A context or setting that does nothing here: ``torch.no_grad()``."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take whatever is given."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End."""

    def __call__(self, decorated: Any) -> Any:
        """Return what it decorates."""
        return decorated


class Module(types.ModuleType):
    """A module of tensors, without what trains by itself.

    What a tensor can do is a function of it as well; settings do nothing.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith("set_"):
            return Nothing
        if name.endswith("Tensor"):
            return TensorOfTorch
        found = getattr(Tensor, name, None)
        if not callable(found) or name == "backward":
            raise AutogradError(f"torch.{name}")
        return of_method(found, name)


def in_order(count: int, *_: Any, **__: Any) -> Any:
    """Return 0 … n − 1: samples keep their order."""
    return np.arange(count).view(Tensor)


def whole_numbers(low: int, *more: Any, **_: Any) -> Any:
    """Return random whole numbers below a bound, or between two, in a shape."""
    high, shape = (more[0], more[1]) if len(more) > 1 else (low, more[0])
    return np.random.randint(low if len(more) > 1 else 0, high, tuple(shape)).view(Tensor)


def normal(mean: Any = 0.0, std: Any = 1.0, size: Any = None, **_: Any) -> Any:
    """Return random numbers around a mean."""
    return np.asarray(np.random.normal(mean, std, size)).view(Tensor)


def is_tensor(value: Any) -> bool:
    """Return whether a value is a tensor."""
    return isinstance(value, Tensor)


KINDS = ("float", "float32", "float64", "double", "int", "int32", "int64", "long", "uint8", "bool")
"""Of numbers, by their names."""


def module() -> types.ModuleType:
    """Return what stands in for the module ``torch``."""
    made = Module("torch")
    made.__path__ = []
    shaped = {
        "randn": np.random.standard_normal,
        "rand": np.random.random_sample,
        "zeros": np.zeros,
        "ones": np.ones,
        "empty": np.zeros,
    }
    functions = {
        "mm": np.matmul,
        "matmul": np.matmul,
        "exp": np.exp,
        "log": np.log,
        "tanh": np.tanh,
        "sqrt": np.sqrt,
        "abs": np.abs,
        "sum": np.sum,
        "mean": np.mean,
        "sigmoid": sigmoid,
        "relu": relu,
        "clamp": np.clip,
        "outer": np.outer,
        "ger": np.outer,
        "maximum": np.maximum,
        "where": np.where,
        "argmax": np.argmax,
        "eye": np.eye,
        "log1p": np.log1p,
        "square": np.square,
        "cos": np.cos,
        "transpose": np.swapaxes,
        "zeros_like": np.zeros_like,
        "ones_like": np.ones_like,
        "stack": np.stack,
        "cat": np.concatenate,
        "linspace": np.linspace,
        "arange": np.arange,
        "sin": np.sin,
        "softmax": softmax,
        "log_softmax": log_softmax,
        "einsum": np.einsum,
        "dot": np.dot,
        "mv": np.matmul,
        "bmm": np.matmul,
        "add": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "div": np.divide,
        "pow": np.power,
        "t": np.transpose,
        "flatten": np.ravel,
        "reshape": np.reshape,
        "unsqueeze": np.expand_dims,
        "sign": np.sign,
        "minimum": np.minimum,
        "norm": np.linalg.norm,
        "diagflat": np.diagflat,
        "diag": np.diag,
    }
    vars(made).update(
        {name: filled(make) for name, make in shaped.items()}
        | {name: applied(function) for name, function in functions.items()}
        | {"tensor": tensor, "Tensor": TensorOfTorch, "FloatTensor": TensorOfTorch}
        | {"from_numpy": tensor}
        | {"as_tensor": tensor, "LongTensor": tensor, "device": str, "no_grad": Nothing}
        | {"normal": normal, "manual_seed": np.random.seed, "pi": math.pi, "finfo": np.finfo}
        | {"cuda": types.SimpleNamespace(is_available=bool, manual_seed=np.random.seed)}
        | {"dtype": type, "randperm": in_order, "is_tensor": is_tensor, "randint": whole_numbers}
        | {name: name for name in KINDS}
    )
    return made
