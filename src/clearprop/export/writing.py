"""Write a trained network as a file of another language, and measure how far it is from it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.backprop.structure import Parameters
from clearprop.data import Encoding, Target
from clearprop.data.statistics import TrainingStatistics
from clearprop.export import TARGETS
from clearprop.export.describe import Difference, head_of
from clearprop.export.deviation import Deviation
from clearprop.export.names import identifier
from clearprop.export.program import Answer, Classes, Program, TwoClasses
from clearprop.export.samples import Sample, draw
from clearprop.export.target import ExportTarget
from clearprop.files import check_writable, write_whole
from clearprop.files.access import PathLike
from clearprop.network.network import Network
from clearprop.training.posterior import Posterior


@dataclass(frozen=True, eq=False)
class Trained:
    """What an export needs to know of a model.

    Attributes
    ----------
    network : Network
    parameters : Parameters
    encoding : Encoding
    target : Target
    statistics : TrainingStatistics or None
    posterior : Posterior or None
    """

    network: Network
    parameters: Parameters
    encoding: Encoding
    target: Target
    statistics: TrainingStatistics | None
    posterior: Posterior | None = None

    def program(self, name: str, dtype: str | None, *, std: bool) -> Program:
        """Return the steps that are exported, names in the file beginning so."""
        return Program.of(
            name,
            self.network,
            self.parameters,
            self.encoding,
            self.target,
            self.statistics,
            dtype,
            Deviation.of(self.posterior) if std else None,
        )

    def answers(self, sample: Sample, answer: Answer) -> np.ndarray:
        """Return numbers or probabilities for the rows of a sample, shape (m, count)."""
        return answer.values(self.network.forward(self.parameters, sample.X))


@dataclass(frozen=True)
class Exported:
    """An exported file, and how far it is from the model.

    Attributes
    ----------
    content : bytes
    difference : Difference
    """

    content: bytes
    difference: Difference


def render(
    trained: Trained,
    file: str,
    to: str | ExportTarget,
    *,
    dtype: str | None = None,
    std: bool = False,
    check: bool = False,
    language: Language = "en",
) -> Exported:
    """Return the exported file that is to be called `file`; see `Model.export`."""
    target = TARGETS.make(to)
    program = trained.program(identifier(Path(file).stem) or "model", dtype, std=std)
    if std and not target.has_std:
        names = ", ".join(name for name, rule in TARGETS.items() if rule.has_std)
        why = f"{target.name} has no standard deviation."
        raise invalid_argument("std", std, why, f"one of {names}.")
    sample = draw(program)
    with np.errstate(all="ignore"):  # whatever NumPy is told to raise elsewhere
        difference = replayed(trained, program, target, sample)
        if check:
            difference = checked(trained, program, target, sample, difference, file)
    return Exported(content(program, target, file, difference, language), difference)


def write(
    trained: Trained,
    path: PathLike,
    to: str | ExportTarget,
    *,
    dtype: str | None = None,
    std: bool = False,
    check: bool = False,
    language: Language = "en",
) -> Difference:
    """Write an exported file and return its difference from the model; see `Model.export`."""
    check_writable(path)
    name = Path(path).name
    exported = render(trained, name, to, dtype=dtype, std=std, check=check, language=language)
    write_whole(path, exported.content)
    return exported.difference


def source(trained: Trained, name: str, to: str, *, std: bool = False) -> str:
    """Return an exported text without the head that says what it is, names in it beginning so.

    Raises
    ------
    InputError
        If the model cannot be said in that language.
    """
    target = TARGETS.make(to)
    program = trained.program(name, None, std=std)
    return target.write(program, ()).decode()


def content(
    program: Program,
    target: ExportTarget,
    file: str,
    difference: Difference,
    language: Language = "en",
) -> bytes:
    """Return the bytes of an exported file."""
    return target.write(program, head_of(program, file, difference, language))


def replayed(
    trained: Trained, program: Program, target: ExportTarget, sample: Sample
) -> Difference:
    """Return the difference that the file's numbers and arithmetic make, computed in NumPy."""
    wanted = trained.answers(sample, program.answer)
    given = program.run(sample.X, target.arithmetic(program))
    kind = target.arithmetic(program)
    by = Text(
        f"computed in NumPy with the file's numbers, in {kind}",
        f"由 NumPy 以 {kind} 按文件中的数值计算",
    )
    return Difference(_largest(given, wanted), len(sample), by)


def checked(
    trained: Trained,
    program: Program,
    target: ExportTarget,
    sample: Sample,
    difference: Difference,
    file: str,
) -> Difference:
    """Return the difference that the file's own runtime makes on the rows of a sample.

    Raises
    ------
    MissingRuntimeError
        If there is none on this machine.
    FailedRunError
        If it does not take the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(content(program, target, file, difference))
        run = target.run(path, program, sample)
    wanted = trained.answers(sample, program.answer)
    same = None
    if run.labels is not None and isinstance(program.answer, Classes | TwoClasses):
        outputs = trained.network.forward(trained.parameters, sample.X)
        same = run.labels == trained.target.decode(outputs).tolist()
    deviation = None
    if run.std is not None and trained.posterior is not None:
        deviation = _largest(run.std, trained.posterior.std(sample.X))
    return Difference(_largest(run.values, wanted), len(sample), run.runtime, same, deviation)


def _largest(given: np.ndarray, wanted: np.ndarray) -> float:
    """Return the largest difference of two arrays."""
    return float(np.abs(given.astype(np.float64) - wanted.astype(np.float64)).max())
