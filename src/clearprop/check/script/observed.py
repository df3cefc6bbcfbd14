"""What is seen of a program while it runs: its steps, and its functions that go back."""

from dataclasses import dataclass, field

import numpy as np

from clearprop._text import Text
from clearprop.check.script.schema import Array
from clearprop.check.slips import Slip

FILE = 1_000_000
"""Lines of a program's n-th module are counted as n · FILE + line; its own from 1."""
MAX_RUNS = 150
"""Samples gone through one by one of which a step tells; there may have been more."""


@dataclass(frozen=True)
class Trouble:
    """A statement of a script that failed: its line, the error's class, and what the error says."""

    line: int
    kind: str
    message: Text


@dataclass(frozen=True)
class Candidate:
    """An array that an update was made of, and the line that computed it."""

    array: Array
    line: int
    place: str
    rate: float | None = None
    """The number that it was multiplied by on its way into the update."""
    in_product: bool = False
    """True if that number stands before the first factor of the product: ``0.1 * X.T @ delta``."""
    uncut: Array | None = None
    """What its entries were before ``np.clip`` cut them; None of what is cut by nothing."""
    sign: int = 0
    """1 if the update grows with it in every entry, −1 if it falls; 0 where that is not told."""


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

    @property
    def moves(self) -> bool:
        """Whether the step changes any number of it."""
        return self.after is not None and not np.array_equal(self.before, self.after)


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
    computed: Array = field(default_factory=lambda: np.zeros(0))
    """All single numbers that came of arrays meanwhile and later, also such as are only shown."""

    @property
    def moves(self) -> bool:
        """Whether it changes anything: that of a perceptron whose output is right does not."""
        pieces = [piece for layer in self.layers for piece in (layer.weights, layer.bias)]
        return any(piece is not None and piece.moves for piece in pieces)


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
    at: Array = field(default_factory=lambda: np.zeros(0))
    """The same entries of the array itself, where each may have a slope of its own."""


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

    @property
    def has_parameters(self) -> bool:
        """Whether a gradient by weights or biases is among what comes back."""
        return any(share.parameter for share in self.shares)

    @property
    def is_slope(self) -> bool:
        """Whether this is the derivative of a function alone, and no layer's way back."""
        return "." not in self.back and not self.has_parameters


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
    lacking: Trouble | None = None
    """What failed before the training, and would have given a name its value."""
    fails: Trouble | None = None
    """What stops its training, called on made-up numbers in several forms, furthest down."""
    stops: bool = False
    """True if only parts of the program were seen, and run by itself it stops for no lack."""
    breaks_off: bool = False
    """True if what ended the program stands in the same loop, or function, as its only step."""
    lines: tuple[int, ...] = ()
    """Where it trained: the lines of the program that were being run, those that call first."""
    later: tuple["Watched", ...] = ()
    """Its trainings after this one."""

    @property
    def trains(self) -> bool:
        """True if a step was seen."""
        return bool(self.steps) or self.large

    @property
    def meets_targets(self) -> bool:
        """True if outputs met something else on the way to a step: targets, perhaps."""
        return self.large or any(
            run.targets or run.labels for step in self.steps for run in step.runs
        )

    @property
    def takes_steps(self) -> bool:
        """True if a step was seen that the program took itself, not gradients alone."""
        return self.large or not all(step.by_hand for step in self.steps)
