"""The messages between the three processes of a check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from clearprop._text import Text
from clearprop.check.script.observed import Trouble, Watched
from clearprop.check.script.schema import Array, Tree

NO_GRADIENT = Text("no gradient could be read", "无法读出梯度")
"""Said where the code could not even be asked."""
ANSWERED = Text(
    "input() is answered by a number, or by y or n.", "input() 的回答是一个数，或 y、n。"
)
"""Said of a program that asks whoever runs it."""
ARGUED = Text(
    "It wants arguments on its command line: they were made up.",
    "它需要命令行参数：参数是编造的。",
)

Stage = Literal["preparing", "constructor", "forward", "loop", "loss", "backward", "reading"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""The stages of an attempt; the one that came furthest says most."""


@dataclass(frozen=True)
class Found:
    """The arrays that one call of a script gave."""

    sizes: tuple[int, ...]
    """n₀ … n_L; a class may have sizes of its own."""
    own_shapes: Mapping[str, tuple[int, ...]]
    """The shapes of ``"W1"``, ``"b1"`` … as the code keeps them."""
    gradients: Tree
    output: Array | None = None
    loss: float | None = None
    loss_apart: bool = False
    """True if another function computed it than the one that gave the gradient."""
    rate: float | None = None
    """η, where the gradient was taken from an update."""
    stopped: Trouble | None = None
    """The failure of a training loop that had a gradient already."""


@dataclass(frozen=True)
class Failed:
    """A call of a script that gave no gradient."""

    stage: Stage
    trouble: Trouble
    hint: Text | None
    has_outputs: bool
    """True if its forward pass gave outputs of the right shape."""
    cannot_call: bool
    """True if nothing in the script said how it is to be called."""
    final: bool
    """True if other shapes of the arrays would not help."""


@dataclass(frozen=True)
class Answer:
    """The answer of a script's process to one attempt."""

    found: Found | None = None
    failed: Failed | None = None
    losses: Mapping[str, Array] | None = None
    """The code's loss with each parameter a step ahead and a step behind, shape (…, 2)."""
    takes_penalty: bool = False
    troubles: tuple[Trouble, ...] = ()
    walls: tuple[str, ...] = ()
    watched: Watched | None = None


@dataclass(frozen=True)
class Trial:
    """The arrays of one call, and the losses around its parameters where they were asked for."""

    found: Found
    losses: Mapping[str, Array] | None = None


@dataclass(frozen=True)
class Form:
    """The form in which a script was given its arrays."""

    number: int
    kind: Literal["functions", "class", "globals", "loop", "loop in a function"]
    called: Text
    convention: Literal["row", "column"]
    samples: Literal["row", "column"]
    equal: bool
    """True if the layers are equally wide."""
    apart: bool
    """True if the code goes through the samples one by one."""
    sizes: tuple[int, ...]
    m: int
    learning_rate: float
    seed: int


@dataclass(frozen=True)
class Success:
    """An attempt that gave a gradient, called with several batches and parameters."""

    form: Form
    plain: Trial
    again: Trial | None = None
    """With other parameters and another batch."""
    elsewhere: Trial | None = None
    """With the same parameters and another batch."""
    penalized: Trial | None = None
    """With an L2 penalty, where the code takes one."""
    shape_failure: Text | None = None
    """The failure of the code on the first forms of its arrays."""
    stopped: Text | None = None


@dataclass(frozen=True)
class Reply:
    """The outcome of all attempts at a script."""

    success: Success | None = None
    failure: Text | None = None
    notes: tuple[Text, ...] = ()
    ended: Literal["", "time", "memory", "disk", "unusable", "exit"] = ""
    """The end of the script's process, where it gave no gradient; else empty."""
    said: str = ""
    """The last line of what it wrote to standard error; the seconds that it had, of "time"."""
    walls: tuple[str, ...] = ()
    watched: Watched | None = None
    """What was seen of the script while it ran by itself."""
    spent: float = 0.0
    """Seconds of processor time that reading and running it have taken so far."""


@dataclass(frozen=True)
class Line:
    """A line of the script."""

    number: int
    text: str


@dataclass(frozen=True)
class Reading:
    """The script as it was read, without being run."""

    failure: Text | None = None
    """The reason why it cannot be read as Python."""
    names: tuple[str, ...] = ()
    """Its functions and classes."""
    attempts: int = 0
    """The number of forms of a call that there are to try."""
    made_in: Mapping[str, Line] | None = None
    """The lines that assign ``"dW1"``, ``"db1"`` … and the error terms ``"δ1"`` …."""
    imports_clearprop: bool = False
    lines: tuple[str, ...] = ()
    """The text, line by line, as far as it is not too long."""
    cells: tuple[int, ...] = ()
    """The first lines of a notebook's cells of code."""
    is_python_2: bool = False
    is_indented_anew: bool = False
    """True if its indentation was mended for Python to read it."""
    unimported: tuple[str, ...] = ()
    """The usual names of modules that it uses and does not import."""
    left_out: tuple[str, ...] = ()
    """Names outside of functions that nothing binds, and that are no slips of the pen."""
    undefined: tuple[str, ...] = ()
    """The usual names of functions that it calls and does not define."""
    takes_differences: bool = False
    """True if the gradient is taken as differences of the code's own loss."""
    adds_gradients: bool = False
    """True if the code adds its gradients to its weights, by their names."""
    steps_in: int = 0
    """In how many places, functions for one, it takes something off a number or an array."""
