"""Layers of Keras, by the names of their classes and their settings, as pieces of a chain."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.imports.chain import Affine, Piece, columnwise

OTHER_NAMES = {
    "linear": "identity", "swish": "silu", "exponential": "exp",
    "leaky_relu": "leaky_relu(slope=0.2)",
}  # fmt: skip
"""Keras's names of activation functions, where they are not ours or mean other settings."""
SKIPPED = ("InputLayer", "Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout",
           "ActivityRegularization")  # fmt: skip
"""Layers that change nothing when a network predicts."""


@dataclass(frozen=True, eq=False)
class KerasLayer:
    """A layer as Keras describes it.

    Attributes
    ----------
    kind : str
        The name of its class.
    settings : mapping
        Its config.
    weights : sequence of array
        In Keras's order.
    """

    kind: str
    settings: Mapping[str, Any]
    weights: Sequence[FloatArray]


def pieces_of(layers: Sequence[KerasLayer]) -> tuple[Piece, ...]:
    """Return layers in their order as pieces of a chain.

    Raises
    ------
    InputError
        If one is none that is read; it names the layer.
    """
    pieces: list[Piece] = []
    for layer in layers:
        if layer.kind in SKIPPED:
            continue
        reader = READERS.get(layer.kind)
        if reader is None:
            why = f"{layer.kind} is no dense layer that is read here."
            raise refuse(layer, why, f"one of {', '.join([*READERS, *SKIPPED])}.")
        pieces += reader(layer)
    return tuple(pieces)


def _dense(layer: KerasLayer) -> list[Piece]:
    if layer.settings.get("quantization_mode") or len(layer.weights) not in (1, 2):
        raise refuse(layer, "its weights are not a kernel and a bias.", "a plain Dense layer.")
    W = np.asarray(layer.weights[0], dtype=np.float64)
    given = layer.weights[1] if len(layer.weights) > 1 else np.zeros(W.shape[-1])
    return [Affine(W, np.asarray(given, dtype=np.float64)), activation(layer)]


def _batch_norm(layer: KerasLayer) -> list[Piece]:
    values = iter(np.asarray(each, dtype=np.float64) for each in layer.weights)
    scales, centers = layer.settings.get("scale", True), layer.settings.get("center", True)
    gamma = next(values) if scales else 1.0
    beta = next(values) if centers else 0.0
    mean, variance = next(values), next(values)
    rate = gamma / np.sqrt(variance + float(layer.settings.get("epsilon", 1e-3)))
    return [columnwise(mean, rate, beta)]


def _normalization(layer: KerasLayer) -> list[Piece]:
    if layer.settings.get("invert"):
        raise refuse(layer, "it is inverted.", "invert=False.")
    if len(layer.weights) >= 2:
        mean, variance = (np.ravel(each).astype(np.float64) for each in layer.weights[:2])
    else:
        mean, variance = (np.ravel(layer.settings[key]) for key in ("mean", "variance"))
    spread = np.maximum(np.sqrt(variance), 1e-7)  # Keras's least divisor
    return [columnwise(mean, 1 / spread)]


def _rescaling(layer: KerasLayer) -> list[Piece]:
    raise refuse(layer, "how many columns it scales is not known.", "Normalization, or Dense.")


def _leaky(layer: KerasLayer) -> list[Piece]:
    slope = layer.settings.get("negative_slope", layer.settings.get("alpha", 0.3))
    return [ACTIVATIONS.make(f"leaky_relu({float(slope)!r})")]


def _relu(layer: KerasLayer) -> list[Piece]:
    slope = float(layer.settings.get("negative_slope") or 0.0)
    if layer.settings.get("max_value") is not None or layer.settings.get("threshold"):
        raise refuse(layer, "it has a largest value or a threshold.", "a plain ReLU.")
    return [ACTIVATIONS.make(f"leaky_relu({slope!r})" if slope else "relu")]


def _elu(layer: KerasLayer) -> list[Piece]:
    if layer.settings.get("alpha", 1.0) != 1.0:
        raise refuse(layer, f"its alpha is {layer.settings['alpha']!r}.", "alpha=1.0.")
    return [ACTIVATIONS.make("elu")]


READERS: dict[str, Callable[[KerasLayer], list[Piece]]] = {
    "Dense": _dense,
    "Activation": lambda layer: [activation(layer)],
    "BatchNormalization": _batch_norm,
    "Normalization": _normalization,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "Softmax": lambda layer: [ACTIVATIONS.make("softmax")],
}
"""The layers that are read, by the names of their classes."""


def activation(layer: KerasLayer) -> Activation:
    """Return the activation function that a layer names.

    Raises
    ------
    InputError
        If it is not known here, or code of the author's own.
    """
    named = layer.settings.get("activation")
    if isinstance(named, Mapping):  # a layer as an activation, or a function of the author's own
        inside = dict(named.get("config") or {}) if isinstance(named.get("config"), Mapping) else {}
        kind = str(named.get("class_name"))
        if kind in READERS and kind not in ("Dense", "BatchNormalization", "Normalization"):
            (rule,) = READERS[kind](KerasLayer(kind, inside, ()))
            assert isinstance(rule, Activation)
            return rule
        named = named.get("config") if isinstance(named.get("config"), str) else kind
    if named is None:
        return ACTIVATIONS.make("identity")
    ours = OTHER_NAMES.get(str(named), str(named))
    try:
        return ACTIVATIONS.make(ours)
    except InputError:
        why = f"its activation is {named!r}."
        raise refuse(layer, why, f"one of {', '.join([*ACTIVATIONS, *OTHER_NAMES])}.") from None


def refuse(layer: KerasLayer, why: str, hint: str) -> InputError:
    """Return the error for a layer that belongs to no chain."""
    name = str(layer.settings.get("name") or layer.kind)
    return invalid_argument("source", name, why, hint)
