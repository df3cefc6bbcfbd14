"""A live torch module: a chain of layers, read by the names of their classes, without torch.

Weights are taken as numbers; the module itself is asked once, for the proof.
"""

import copy
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.imports.chain import Affine, Piece, columnwise
from clearprop.imports.source import MAX_PARAMETERS, Answers, Asked, Imported, Source

SKIPPED = ("Dropout", "AlphaDropout", "Identity", "Flatten")
"""Modules that change nothing of a row of numbers when a network predicts."""
CONTAINERS = ("Sequential",)


class TorchModule(Source):
    """An object of torch.nn."""

    name = "torch module"

    def recognises(self, given: Any) -> bool:
        """Return whether it is a module: one of torch's classes stands among its bases."""
        return any(
            base.__module__.startswith("torch.nn.modules") and base.__name__ == "Module"
            for base in type(given).__mro__
        )

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the chain; the module itself answers for the proof."""
        chain = list(_chain(given))
        if not chain:
            raise _refuse(given, "it has no layers.", "torch.nn.Sequential(…).")
        pieces: list[Piece] = []
        for module in chain:
            piece = _piece(module)
            if piece is not None:
                pieces.append(piece)
        if chain and type(chain[-1]).__name__ == "LogSoftmax":
            pieces[-1] = ACTIVATIONS.make("softmax")
        single = all(str(each.dtype) == "torch.float32" for each in given.parameters())
        count = sum(int(each.numel()) for each in given.parameters())
        if count > MAX_PARAMETERS:
            why = f"it has more than {MAX_PARAMETERS} parameters."
            raise _refuse(given, why, "a smaller network.")
        dtype = "float32" if single else "float64"
        is_log = type(chain[-1]).__name__ == "LogSoftmax"
        answers = _answers(given, dtype, logarithms=is_log)
        return Imported(tuple(pieces), None, None, dtype, answers, "torch")


def _chain(module: Any) -> Iterator[Any]:
    """Yield the modules of a chain in their order.

    Raises
    ------
    InputError
        If a module has a `forward` of its own, whose order nobody but torch knows.
    """
    if type(module).__name__ in CONTAINERS and _is_torchs(module):
        for each in module:  # children() would give one that stands twice once
            yield from _chain(each)
    elif not _is_torchs(module):
        why = "it is a class of your own, whose forward could be anything."
        hint = "a torch.nn.Sequential of its layers, or its state_dict() with activation=."
        raise _refuse(module, why, hint)
    else:
        yield module


def _is_torchs(module: Any) -> bool:
    return type(module).__module__.startswith("torch.nn.modules")


def _piece(module: Any) -> Piece | None:
    """Return what a module computes; None for nothing."""
    kind = type(module).__name__
    if kind in SKIPPED:
        return None
    reader = READERS.get(kind)
    if reader is None:
        known = ", ".join([*READERS, *SKIPPED])
        raise _refuse(module, f"{kind} is no dense layer that is read here.", f"one of {known}.")
    return reader(module)


def _linear(module: Any) -> Affine:
    W = _numbers(module.weight).T
    b = np.zeros(W.shape[1]) if module.bias is None else _numbers(module.bias)
    return Affine(np.ascontiguousarray(W), b)


def _batch_norm(module: Any) -> Affine:
    if module.running_mean is None:
        why = "it keeps no running statistics, so that rows change each other."
        raise _refuse(module, why, "track_running_stats=True.")
    mean, variance = _numbers(module.running_mean), _numbers(module.running_var)
    rate = 1 / np.sqrt(variance + module.eps)
    if module.weight is None:
        return columnwise(mean, rate)
    return columnwise(mean, rate * _numbers(module.weight), _numbers(module.bias))


def _rule(name: str) -> Callable[[Any], Activation]:
    return lambda module: ACTIVATIONS.make(name)


def _where(name: str, **settings: Any) -> Callable[[Any], Activation]:
    """Return the reader of an activation function that is ours at these settings alone."""

    def read(module: Any) -> Activation:
        for setting, wanted in settings.items():
            found = getattr(module, setting)
            if found != wanted:
                why = f"its {setting} is {found!r}."
                raise _refuse(module, why, f"{type(module).__name__}({setting}={wanted!r}).")
        return ACTIVATIONS.make(name)

    return read


def _leaky(module: Any) -> Activation:
    return ACTIVATIONS.make(f"leaky_relu({float(module.negative_slope)!r})")


READERS: dict[str, Callable[[Any], Piece]] = {
    "Linear": _linear,
    "BatchNorm1d": _batch_norm,
    "ReLU": _rule("relu"),
    "Tanh": _rule("tanh"),
    "Sigmoid": _rule("sigmoid"),
    "SiLU": _rule("silu"),
    "Softsign": _rule("softsign"),
    "ELU": _where("elu", alpha=1.0),
    "GELU": _where("gelu", approximate="none"),
    "Softplus": _where("softplus", beta=1.0),
    "Hardtanh": _where("hard_tanh", min_val=-1.0, max_val=1.0),
    "LeakyReLU": _leaky,
    "Softmax": _rule("softmax"),
    "LogSoftmax": _rule("softmax"),
}
"""The modules that are read, by the names of their classes."""


def _numbers(tensor: Any) -> FloatArray:
    """Return a tensor, wherever it is, as an array."""
    return np.asarray(tensor.detach().cpu().numpy(), dtype=np.float64)


def _answers(module: Any, dtype: str, *, logarithms: bool) -> Answers:
    """Return a copy of the module, which predicts, as a function of columns."""

    def answers(columns: Mapping[str, Sequence[Any]]) -> FloatArray:
        torch: Any = importlib.import_module("torch")  # is there, since the module is
        asked = copy.deepcopy(module).eval()
        X = np.column_stack([np.asarray(values, dtype=dtype) for values in columns.values()])
        device = next(iter(asked.parameters())).device
        with torch.no_grad():
            found = asked(torch.from_numpy(X).to(device)).cpu().numpy()
        return np.exp(found) if logarithms else found

    return answers


def _refuse(module: Any, why: str, hint: str) -> InputError:
    return invalid_argument("source", type(module).__name__, why, hint)
