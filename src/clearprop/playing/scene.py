"""A scene: data, network, first parameters and solver, with which the page begins."""

import base64
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._registry import settings_of, spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.updates import UPDATES


@dataclass(frozen=True, eq=False)
class Scene:
    """What the page shows first, or when it is chosen from the list.

    Attributes
    ----------
    name : str
        The name by which the page's address asks for it.
    title, about : Text
        A heading, and what there is to see.
    network : Network
    X : array of shape (m, n₀)
    Y : array of shape (m, K)
    held_back : int
        So many of the last rows validate and do not train.
    start : Parameters or None
        The first parameters; drawn with the seed without it.
    initializer : str
        How first weights are drawn: a name from `clearprop.INITIALIZERS`.
    seed : int
        Draws first weights and the order of the rows.
    solver : str
        An update rule, with its settings.
    batch_size : int
        Rows of a batch; 0 for all of them.
    weight_decay : float
        λ of the penalty ½ λ Σ W².
    shuffle : bool
        Whether every epoch takes the rows in a new order.
    dropout : float
        p: the probability that a unit of a hidden layer is dropped in a step.
    masks : tuple of array of shape (m, n_l)
        The masks of the first step, for every hidden layer; drawn with the seed without them.
    sample_weight : array of shape (m,) or None
        How much each sample counts; alike without it.
    inputs, outputs : tuple of str
        The names of the columns; x0, x1 … and y0 … where there are none.
    """

    name: str
    title: Text
    about: Text
    network: Network
    X: FloatArray
    Y: FloatArray
    held_back: int = 0
    start: Parameters | None = None
    initializer: str = "xavier"
    seed: int = 0
    solver: str = "sgd(learning_rate=0.1)"
    batch_size: int = 0
    weight_decay: float = 0.0
    shuffle: bool = True
    dropout: float = 0.0
    masks: tuple[FloatArray, ...] = ()
    sample_weight: FloatArray | None = None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = field(default=())

    def record(self) -> dict[str, Any]:
        """Return the scene as JSON can say it; numbers keep every bit."""
        rule = UPDATES.make(self.solver)
        net = self.network
        return {
            "name": self.name,
            "title": self.title._asdict(),
            "about": self.about._asdict(),
            "X": packed(self.X),
            "Y": packed(self.Y),
            "heldBack": self.held_back,
            "sizes": list(net.sizes),
            "activations": [spelled(layer.activation) for layer in net.layers],
            "loss": spelled(net.loss_rule),
            "reduction": net.reduction,
            "start": None if self.start is None else packed(self.start.vector),
            "initializer": self.initializer,
            "seed": self.seed,
            "solver": rule.name,
            "settings": settings_of(rule),
            "batchSize": self.batch_size,
            "weightDecay": self.weight_decay,
            "shuffle": self.shuffle,
            "dropout": self.dropout,
            "masks": [packed(mask.T) for mask in self.masks] or None,
            "weights": None if self.sample_weight is None else packed(self.sample_weight),
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
        }


def packed(array: FloatArray) -> str:
    """Return an array as text: whole thousandths in 16 or 32 bits, anything else in all 64.

    The first letter says which: m, i or d.
    """
    thousandths = np.round(array * 1000)
    most = np.abs(thousandths).max(initial=0)
    if most < 2**31 and np.array_equal(thousandths / 1000, array):
        letter, kind = ("m", "<i2") if most < 2**15 else ("i", "<i4")
        return letter + _base64(thousandths.astype(kind))
    return f"d{_base64(np.ascontiguousarray(array, '<f8'))}"


def _base64(array: npt.NDArray[Any]) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")
