"""The base class of targets: the languages and formats that a model is exported to."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.export.kernels import Formula, formula_of
from clearprop.export.names import identifiers
from clearprop.export.program import Program
from clearprop.export.samples import Sample
from clearprop.export.special import KERNELS


class ExportTarget(ABC):
    """A language or format.

    Attributes
    ----------
    name : str
        The name by which people ask for it.
    suffix : str
        The ending of its files.
    binary : bool, default=False
        Whether a file is no text.
    has_std : bool, default=False
        Whether it can give standard deviations.
    words : frozenset of str
        Names that no function and no variable of a kernel may have in it.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    binary: ClassVar[bool] = False
    has_std: ClassVar[bool] = False
    words: ClassVar[frozenset[str]] = frozenset()

    def lacks(self, program: Program) -> frozenset[str]:
        """Return the functions of kernels that the language does not have: the file has them."""
        return frozenset()

    def arithmetic(self, program: Program) -> str:
        """Return the type of numbers that a file computes in; the weights' own as a rule."""
        return program.dtype

    @abstractmethod
    def write(self, program: Program, head: Sequence[str]) -> bytes:
        """Return the file; `head` are the lines that say what it is."""

    @abstractmethod
    def run(self, path: Path, program: Program, sample: Sample) -> "Run":
        """Run an exported file on rows, in the runtime that people run it in.

        Raises
        ------
        MissingRuntimeError
            If there is none on this machine.
        """

    def functions(self, program: Program) -> dict[str, Formula]:
        """Return every function that a file needs, by its name there, those used by others first.

        These are activation functions of one unit, and what they call that the target lacks.
        """
        formulas = [program.formula(rule) for rule in program.rules]
        names = identifiers([rule.name for rule in program.rules], "f", {*KERNELS, *self.words})
        if program.deviation is not None:
            names += [f"{name}_slope" for name in names]
            formulas += [program.slope(rule) for rule in program.rules]
        called = {function for formula in formulas for function in formula.functions}
        missing = sorted(called & self.lacks(program))
        needed = {name: formula_of(KERNELS[name]) for name in missing}
        needed |= dict(zip(names, formulas, strict=True))
        return {name: formula.renamed(self.words) for name, formula in needed.items()}

    def names_of_rules(self, program: Program) -> dict[Activation, str]:
        """Return the name of each activation function of `functions`."""
        own = [name for name in self.functions(program) if name not in KERNELS]
        return dict(zip(program.rules, own, strict=False))


@dataclass(frozen=True)
class Run:
    """What a runtime gave for the rows of a sample.

    Attributes
    ----------
    runtime : str
        What ran: ``"gcc 12.2.0"``.
    values : array of shape (m, count)
        Numbers or probabilities.
    labels : list or None
        The predicted class of each row; None for regression.
    std : array of shape (m, count) or None
        Standard deviations, where the file gives them.
    """

    runtime: str
    values: FloatArray
    labels: list[object] | None = None
    std: FloatArray | None = None
