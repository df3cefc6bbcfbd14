"""The messages between the three processes of a check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from clearprop._text import Text
from clearprop.check.script.schema import Array, Tree
from clearprop.check.slips import Slip

FILE = 1_000_000
"""Lines of a program's n-th module are counted as n · FILE + line; its own from 1."""
NO_GRADIENT = Text("no gradient could be read", "无法读出梯度")
"""Said where the code could not even be asked."""
ANSWERED = Text(
    "input() is answered by a number, or by y or n.", "input() 的回答是一个数，或 y、n。"
)
"""Said of a program that asks whoever runs it."""

Stage = Literal["preparing", "constructor", "forward", "loop", "loss", "backward", "reading"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""The stages of an attempt; the one that came furthest says most."""


@dataclass(frozen=True)
class Trouble:
    """A statement of a script that failed: its line, the error's class, and what the error says."""

    line: int
    kind: str
    message: Text


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
class Candidate:
    """An array that an update was made of, and the line that computed it."""

    array: Array
    line: int
    place: str
    rate: float | None = None
    """The number that it was multiplied by on its way into the update."""


@dataclass(frozen=True)
class Piece:
    """A weight matrix or a bias that one step of a program changed."""

    before: Array
    after: Array | None
    """None where the program did not change it."""
    place: str
    line: int
    """The line that changed it."""
    made_of: tuple[Candidate, ...] = ()
    error_line: int = 0
    """The line that computed the error term of its layer, 0 if that is not told."""
    carried_line: int = 0
    """The line that brought the error back from the layer above, 0 if that is not told."""
    sum_line: int = 0
    """The line of the product, or sum, that made a gradient of the error term; 0 if not told."""
    name: str = ""
    """Where it was stored, if a loop changes several at one place; else empty."""


@dataclass(frozen=True)
class ObservedLayer:
    """The product of one layer, as a program computed it: V W or W V, and a bias added to it."""

    weights: Piece
    bias: Piece | None
    first: bool
    """True for W V, the weights first."""
    turned: bool
    """True if the product was with Wᵀ."""


@dataclass(frozen=True)
class Run:
    """One way through all layers: of a batch, or of a single sample."""

    inputs: tuple[Array, ...]
    """What entered the product of each layer."""
    seen: tuple[Array, ...]
    """Later arrays as large as the outputs."""
    targets: tuple[Array, ...]
    """Arrays that met one of those in an operation, and came from elsewhere."""
    labels: tuple[Array, ...] = ()
    """Whole numbers, one a sample, that something was indexed by."""


@dataclass(frozen=True)
class ObservedStep:
    """What a program computed between two changes of its parameters."""

    layers: tuple[ObservedLayer, ...]
    runs: tuple[Run, ...]
    numbers: Array
    """Single numbers that were stored or returned meanwhile: a loss may be among them."""
    by_hand: bool = False
    """True if the program computed gradients and took no step: before − after is the gradient."""
    branches: bool = False
    """True if weights that do not stand in the layers' row were multiplied and changed as well."""
    partial: bool = False
    """True if arrays were multiplied that are too large to be looked at: more weights, perhaps."""
    beneath: bool = False
    """True if what enters the first layer was computed of arrays that the step changes as well."""
    of_all: bool = False
    """True if the outputs of all runs are known to go into the change."""
    made_up: bool = False
    """True if data were made up: a number of samples may be that of other data."""


@dataclass(frozen=True)
class Slipped:
    """The derivatives of an E as they come out with a slip on the way back."""

    slip: Slip
    line: int
    """The line that goes forward where the slip is made on the way back."""
    slopes: tuple[Array, ...]
    """For each parameter, as in `Derived`."""


@dataclass(frozen=True)
class Derived:
    """A number E that a program may go down, and its derivatives.

    They come of the operations that the program itself computed E with.
    """

    kind: str
    """``"own"`` for a number of the program's own, else the name of a loss."""
    line: int
    """The line that computes it, or that of the outputs less the targets."""
    errors: int
    """How many differences of outputs and targets it is made of; 0 where that is not told."""
    slopes: tuple[Array, ...]
    """∂E/∂θ for each parameter, empty for one that E does not depend on."""
    repeats: bool = False
    """True if a parameter is multiplied by what came of it, as in recurrence."""
    slipped: tuple[Slipped, ...] = ()
    """Slips with which the whole step goes down E, where it does not without."""


@dataclass(frozen=True)
class Descent:
    """A step of all parameters, whatever they are parameters of."""

    parameters: tuple[Piece, ...]
    """In the order of their first use."""
    totals: tuple[Derived, ...]
    """Those that look most like the step."""
    whole: bool = True
    """True if each parameter that stands in a product moves one of these E."""
    samples: int = 0
    """How many rows, or columns, meet the parameters in products; 0 where that differs."""
    weights_first: bool = False
    """True for products W V: a sample is a column."""
    by_hand: bool = False
    """True if the program took no step: what is taken off is the gradient that it computed."""


@dataclass(frozen=True)
class Share:
    """What a way back returns for one array, beside what differences of the way forward give."""

    name: str
    """What it is called in the program."""
    given: Array
    """Some of its entries; empty if it has not the shape of the array."""
    right: Array
    line: int
    parameter: bool = False
    """True for weights and biases, whose gradient some average over the samples at once."""
    handed: Array = field(default_factory=lambda: np.zeros(0))
    """The same entries of what was handed to the way back, where that has this array's shape."""


@dataclass(frozen=True)
class Pair:
    """A function that goes forward, and one that goes back, called on numbers that are made up."""

    forward: str
    back: str
    samples: int
    shares: tuple[Share, ...]
    """Empty if the way back fails."""
    trouble: Trouble | None = None
    """A name in it that nothing defines."""
    line: int = 0
    """The first line of the way back that uses what is handed to it; 0 where that is not told."""


@dataclass(frozen=True)
class Watched:
    """What was seen of a program while it ran by itself."""

    steps: tuple[ObservedStep, ...] = ()
    descents: tuple[Descent, ...] = ()
    changes: int = 0
    """Arrays that the program changed by adding to them."""
    products: int = 0
    """Products of matrices."""
    trouble: Trouble | None = None
    """What ended the program."""
    made_up: tuple[Text, ...] = ()
    """What was put in the place of something that is missing."""
    files: tuple[str, ...] = ()
    """The program's own modules: line n · 10⁶ + k is line k of the n-th."""
    finished: bool = True
    """True if the program came to its end, and was not stopped because enough was seen."""
    large: bool = False
    """True if a step holds more numbers than a message does: it is told by its descent alone."""
    pairs: tuple[Pair, ...] = ()
    """Its functions that go forward and back, beside differences."""
    uncalled: tuple[str, ...] = ()
    """Those that go back and could not be called so."""
    stops: bool = False
    """True if only parts of the program were seen, and run by itself it stops for no lack."""

    @property
    def trains(self) -> bool:
        """True if a step was seen."""
        return bool(self.steps) or self.large

    @property
    def takes_steps(self) -> bool:
        """True if a step was seen that the program took itself, not gradients alone."""
        return self.large or not all(step.by_hand for step in self.steps)


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
