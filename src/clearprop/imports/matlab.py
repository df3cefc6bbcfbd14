"""MATLAB's names of what its shallow networks are made of."""

from clearprop._errors import InputError, invalid_argument
from clearprop.activations import ACTIVATIONS, Activation

TRANSFER = {
    "tansig": "tanh", "logsig": "sigmoid", "purelin": "identity", "poslin": "relu",
    "softmax": "softmax", "radbas": "radbas", "elliotsig": "elliotsig", "satlin": "satlin",
}  # fmt: skip
"""MATLAB's transfer functions, and our activations that are the same."""
PROCESSING = ("mapminmax", "mapstd", "removeconstantrows")
"""What may be done to inputs and outputs."""


def activation_of(name: str) -> Activation:
    """Return our activation of a transfer function, by MATLAB's name or by our own."""
    wanted = TRANSFER.get(name, name)
    try:
        return ACTIVATIONS.make(wanted)
    except InputError:
        known = ", ".join(each for each, ours in TRANSFER.items() if ours in ACTIVATIONS)
        why = f"the transfer function {name} is not known here."
        raise invalid_argument("source", name, why, f"one of {known}.") from None
