"""The base of every mistake: its text, and the way it changes a gradient.

Index letters: n sample, l layer, k output. The formulas use the notes' symbols: Z, A, W, b, δ, η,
and ⊙ for the elementwise product; m is the number of samples, K the number of outputs.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple

from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.problem import Convention
from clearprop.check.slips import Slip


class Formula(NamedTuple):
    """A line of mathematics in both conventions: Z = A W + b, one sample a row, or Z = W A + b.

    A line with words in it is a `Text`.
    """

    row: str | Text
    column: str | Text

    def translate(self, convention: Convention, language: Language = "en") -> str:
        """Return the line in ``"row"`` or ``"column"`` convention."""
        line = self.column if convention == "column" else self.row
        return line.translate(language) if isinstance(line, Text) else line


def same(line: str | Text) -> Formula:
    """Return a line that reads alike in both conventions."""
    return Formula(line, line)


@dataclass(frozen=True)
class Suspicion:
    """A mistake as it would have been made here: where, and how the steps of the gradient change.

    Parameters
    ----------
    mistake : Mistake
    evidence : Text
        What in the numbers shows it; read once the numbers do.
    change : callable, optional
        Maps `Steps` to `Steps` with the mistake in them. Without it the suspicion is already
        certain: it was judged in another way.
    layers : tuple of int
        The layers in which the mistake is made; empty where it concerns the whole gradient.
    factor : float
        The one number by which every array is too large, where that is all the mistake does.
    settings : dict
        Numbers that were recovered, such as the learning rate.
    harmless : bool
        Whether it is a matter of convention: at a kink every slope between the two sides will do.
    """

    mistake: "Mistake"
    evidence: Text
    change: Callable[[Steps], Steps] | None = None
    layers: tuple[int, ...] = ()
    factor: float = 1.0
    settings: dict[str, float] = field(default_factory=dict)
    harmless: bool = False


@dataclass(frozen=True)
class Mistake(ABC):
    """A mistake: its name, the right and the wrong line, why it is wrong, and how to suspect it."""

    name: ClassVar[str]
    rank: ClassVar[int]
    """Of two mistakes that give the same numbers the one with the lower rank is named first."""
    title: ClassVar[Text]
    right: ClassVar[Formula]
    wrong: ClassVar[Formula]
    made_in: ClassVar[Literal["carried", "delta", "gradient"]] = "delta"
    """The step in which it is made: ∂ℓ/∂A coming from the layer above, δ, or dW and db."""
    depends_on_rate: ClassVar[bool] = False
    """True if the learning rate decides what the mistake does."""
    is_judged_at_once: ClassVar[bool] = False
    """True if its suspicions are certain: without any, it is not that it could not be made."""
    spoils_outputs: ClassVar[bool] = False
    """True if the outputs themselves are wrong, so that no array of the gradient can be right."""
    leaves: ClassVar[Literal["", "multiple", "count", "opposite", "nothing", "penalty"]] = ""
    """What it leaves of an array where that is all it does: a multiple, as of a learning rate; one
    by a count; the opposite; nothing; the array and a multiple of the weights. Else empty."""
    fits_no_loss: ClassVar[bool] = False
    """True if it makes a δᴸ that is the derivative of no loss, so that it is no other loss."""
    of_differences: ClassVar[bool] = False
    """True if it is made where a gradient is computed from differences of the loss."""
    goes_beside: ClassVar[bool] = False
    """True if it is often made beside another one in the same layer, which hides both."""
    why: ClassVar[Text]
    """The reason why the wrong line is wrong, and the change that mends it."""
    slip: ClassVar[Slip | None] = None
    """The slip that it is where a computation is no row of layers."""

    @abstractmethod
    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield every way in which this mistake could have been made in this case.

        `steps` are those that the suspicions will change: the right ones, or ones that already
        hold another mistake.
        """

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield what it makes of a single array, beside others that are right, and says of it.

        `right` is the gradient by one parameter, in its shape; m, the number of samples, is 0
        where it is not known.
        """
        yield from ()

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield the factors of a whole gradient that are all it leaves, and how they are written.

        Of m samples, K outputs, and the learning rate; a count that is not known is 1.
        """
        yield from ()

    def of_error(self, error: FloatArray, right: FloatArray) -> Iterator[tuple[FloatArray, Text]]:
        """Yield what it makes of an error that goes back through an activation alone, and says.

        `right` is the error times f′; both are given entry by entry.
        """
        yield from ()

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield what it makes of f′ itself, of numbers z that go in and a = f(z), and says."""
        yield from ()

    def faults_of_shape(self, case: Case) -> Iterator[Suspicion]:
        """Yield what is wrong with shapes alone; such a fault is certain and explains no number."""
        yield from ()


def places(layers: Iterable[int]) -> list[tuple[int, ...]]:
    """Return where a mistake can sit: in all of these layers alike, or in a single one of them.

    Examples
    --------
    >>> places([1, 2])
    [(1, 2), (1,), (2,)]
    """
    every = tuple(layers)
    if not every:
        return []
    return [every] if len(every) == 1 else [every, *((layer,) for layer in every)]


def places_of_derivatives(case: Case, fits: Callable[[Activation], bool]) -> list[tuple[int, ...]]:
    """Return where an f′ can be wrong: in hidden layers that fit, and in the output if it fits.

    With a canonical pair of loss and output activation δᴸ = a − y needs no f′, but people may
    compute it as ∂ℓ/∂a ⊙ f′ all the same.
    """
    hidden = [layer for layer in case.problem.hidden if fits(case.problem.activation(layer))]
    output = case.problem.depth
    if not fits(case.problem.activation(output)):
        return places(hidden)
    among_hidden = places(hidden)[:1] if len(hidden) > 1 else []
    return [*places([*hidden, output]), *among_hidden]


def layer_names(layers: tuple[int, ...]) -> Text:
    """Return "layer 1", "layers 1, 2" for a sentence."""
    listed = ", ".join(map(str, layers))
    return Text(f"layer{'s' * (len(layers) > 1)} {listed}", f"第 {listed} 层")


def in_one_array(
    mistake: Mistake, case: Case, factor: float, said: Text, kinds: str = "Wb"
) -> Iterator[Suspicion]:
    """Yield a factor in a single array: the line of one dW or db was forgotten.

    With one layer and no bias that is the whole gradient, and no suspicion of its own.
    """
    if len(case.names) < 2:
        return
    for layer in case.problem.every_layer:
        for kind in kinds:
            if f"{kind}{layer}" in case.given:
                evidence = Text(
                    f"d{kind}{layer} alone is {said.en}", f"只有 d{kind}{layer} {said.zh}"
                )
                yield Suspicion(mistake, evidence, times(factor, (layer,), kind), (layer,))
