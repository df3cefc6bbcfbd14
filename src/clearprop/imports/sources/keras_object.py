"""A live Keras model: a chain of layers, by the names of their classes, without importing Keras."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.imports.source import MAX_PARAMETERS, Answers, Asked, Imported, Source
from clearprop.imports.sources.keras_layers import KerasLayer, pieces_of

ROOTS = ("keras", "tf_keras")


class KerasObject(Source):
    """A model of Keras 3, or of the Keras within TensorFlow."""

    name = "Keras model"

    def recognises(self, given: Any) -> bool:
        """Return whether it has Keras's layers."""
        roots = {base.__module__.partition(".")[0] for base in type(given).__mro__}
        return bool(roots & set(ROOTS)) and hasattr(given, "layers")

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the chain; the model itself answers for the proof."""
        if not getattr(given, "built", True):
            raise invalid_argument(
                "source", given.name, "it has no weights yet.", "build it first."
            )
        if given.count_params() > MAX_PARAMETERS:
            why = f"it has more than {MAX_PARAMETERS} parameters."
            raise invalid_argument("source", given.name, why, "a smaller network.")
        pieces = pieces_of(list(_layers(given)))
        kinds = {np.dtype(weight.dtype) for weight in given.get_weights()}
        single = {kind for kind in kinds if kind.kind == "f"} == {np.dtype(np.float32)}
        return Imported(
            pieces, None, None, "float32" if single else "float64", _answers(given), "Keras"
        )


def _layers(model: Any) -> Iterator[KerasLayer]:
    """Yield the layers of a chain, those of models within it among them.

    Raises
    ------
    InputError
        If a layer takes the results of several others, or of one that is not the last.
    """
    config = model.get_config()
    if "layers" not in config:
        why = "it is a class of your own, whose call could be anything."
        raise invalid_argument("source", type(model).__name__, why, "a Sequential model.")
    check_chain(config)
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _layers(layer)
        else:
            yield KerasLayer(type(layer).__name__, layer.get_config(), layer.get_weights())


def check_chain(config: Mapping[str, Any]) -> None:
    """Refuse the description of a model whose layers do not follow each other one by one.

    Raises
    ------
    InputError
        It names the layer where the chain parts.
    """
    before: str | None = None
    for layer in config["layers"]:
        nodes = layer.get("inbound_nodes") or []
        name = str(layer.get("name") or layer["config"].get("name"))
        came_from = _sources(nodes)
        parts = len(nodes) > 1 or len(came_from) > 1
        if parts or (came_from and before is not None and came_from[0] != before):
            why = f"it takes what {', '.join(came_from)} give, and is no link of a chain."
            raise invalid_argument("source", name, why, "layers one after the other.")
        before = name


def _sources(given: Any) -> list[str]:
    """Return the names of the layers whose results stand anywhere in a description of a node."""
    if isinstance(given, Mapping):
        if "keras_history" in given:
            return [str(given["keras_history"][0])]
        return [name for value in given.values() for name in _sources(value)]
    if isinstance(given, list | tuple):
        return [name for value in given for name in _sources(value)]
    return []


def _answers(model: Any) -> Answers:
    """Return the model as a function of columns."""

    def answers(columns: Mapping[str, Sequence[Any]]) -> FloatArray:
        kind = np.dtype(model.dtype)
        X = np.column_stack([np.asarray(values, dtype=kind) for values in columns.values()])
        return np.asarray(model.predict(X, verbose=0))

    return answers
