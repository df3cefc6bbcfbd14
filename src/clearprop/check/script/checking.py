"""Check one script: run it, recognise what it computes, and say what is wrong with its gradient."""

import secrets
from dataclasses import replace
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.check.script.blanks import told_by_blanks
from clearprop.check.script.certainty import is_doubted, is_explained
from clearprop.check.script.description import described
from clearprop.check.script.examination import Examination
from clearprop.check.script.messages import Reading
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.sandbox import Limits, RefusedError, sandboxed
from clearprop.check.script.second_look import SecondLook
from clearprop.check.script.stopped import NOTHING_TO_CALL
from clearprop.check.script.watched.beyond import reason_beyond, without_adversaries
from clearprop.training.blas import one_blas_thread

SEEDS = 10**6
"""The number of seeds: more than a script can hold right numbers for."""


def check_file(
    path: str | Path,
    function: str | None = None,
    network: str | None = None,
    limits: Limits | None = None,
    seed: int | None = None,
) -> SubmissionReport:
    """Run a person's script in a limited process and judge the gradient that it computes.

    Parameters
    ----------
    path : path of a Python file
        It may hold functions such as ``forward_propagation(X, parameters)`` and
        ``backward_propagation(parameters, cache, X, Y)``, a function ``loss_and_grad``, a class
        with ``forward`` and ``backward``, or a training loop at the top level.
    function : str, optional
        The function, method or class to check, where the script has several.
    network : str, optional
        What the network is meant to be, as `clearprop.check.script.description` reads it.
        Without it activations and loss are recognised by the numbers.
    limits : Limits, optional
        Time and memory.
    seed : int, optional
        Repeats the check that reported this seed. Without it sizes, data and parameters are drawn
        anew, so that no script can know the right numbers beforehand.

    Returns
    -------
    SubmissionReport
        Also where the script fails; ``report.failure`` then says how.

    Raises
    ------
    InputError
        If there is no such file, or `function`, `network` or `seed` cannot be used.
    """
    file = Path(path)
    intended = described(network)
    if not file.is_file():
        raise invalid_argument(
            "file", str(path), "there is no such file.", "the path of a Python script."
        )
    if seed is not None and not 0 <= seed < 2**32:
        raise invalid_argument("seed", seed, "seeds are whole numbers from 0 to 2³² − 1.", "7.")
    drawn = secrets.randbelow(SEEDS) if seed is None else seed
    chosen = limits or Limits()
    try:
        with sandboxed(file, chosen) as sandbox, one_blas_thread():
            outputs = intended.sizes[-1] if intended.sizes else None
            reading = sandbox.read(function, outputs, drawn)
            report = verdict_on(reading, str(path), function)
            examination = Examination(sandbox, reading, intended, drawn, str(path))
            second = SecondLook(examination)
            is_open = report is None or report.unread is None
            if report is None:
                report = examination.report(str(path))
            is_open = is_open and examination.leaves_open(report)
            if function is None and reading.failure is None and is_open:
                report = second.beside(report)
            elif function is None and is_doubted(report):
                report = second.as_it_runs(report)
            elif function is None and report.ok:
                report = second.as_trained(report)
            elif function is None and report.line is None and is_explained(report):
                report = second.with_line(report)
            if function is None and report.ok:
                report = second.of_others(report)
            elif function is None and report.unread is not None:
                report = second.of_twins(report)
            if function is None:
                report = second.of_every_training(report)
            report = without_adversaries(report, reading.lines)
            report = told_by_blanks(report, reading)
            if report.unread is not None:
                report = replace(report, unread=reason_beyond(reading.lines, report.unread))
            notes = (*report.notes, *sandbox.notes, *borrowed(reading))
            return replace(report, notes=notes, walls=sandbox.walls, seed=drawn)
    except RefusedError as refused:
        return SubmissionReport(str(path), failure=refused.said)


def verdict_on(reading: Reading, path: str, function: str | None) -> SubmissionReport | None:
    """Return the verdict on a script of which nothing can be run; None for every other.

    Raises
    ------
    InputError
        If the script has no `function`.
    """
    if reading.failure is not None:
        return SubmissionReport(path, failure=reading.failure)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in reading.lines):
        return SubmissionReport(path, unread=NO_CODE)
    if reading.attempts:
        return None
    if function is not None:
        hint = ", ".join(reading.names) or "a script with functions"
        raise invalid_argument(
            "function", function, "the script has no function of that name.", f"{hint}."
        )
    return SubmissionReport(path, failure=NOTHING_TO_CALL)


def borrowed(reading: Reading) -> list[Text]:
    """Say where a gradient is not derived by the script itself, and what was mended to read it."""
    said = []
    if reading.imports_clearprop:
        said.append(IMPORTS)
    if reading.takes_differences:
        said.append(DIFFERENCES)
    if reading.is_python_2:
        said.append(PYTHON_2)
    if reading.is_indented_anew:
        said.append(INDENTED_ANEW)
    if reading.unimported:
        said.append(UNIMPORTED.filled(names=", ".join(reading.unimported)))
    if reading.undefined:
        said.append(UNDEFINED.filled(names=", ".join(reading.undefined)))
    return said


IMPORTS = Text("Note: the script imports clearprop.", "注意：脚本导入了 clearprop。")
DIFFERENCES = Text(
    "Note: the gradient is taken as differences of the loss, not derived.",
    "注意：梯度由损失的差分得出，而不是推导出来的。",
)
PYTHON_2 = Text(
    "Note: this is Python 2; print, xrange and / were read as Python 2 means them.",
    "注意：这是 Python 2 代码；print、xrange 和 / 按 Python 2 的含义理解。",
)
INDENTED_ANEW = Text(
    "Note: the indentation is not Python's, as in code that was pasted; it was mended to be read.",
    "注意：缩进不符合 Python 的要求（粘贴代码时常见），已修正后再读取。",
)
UNIMPORTED = Text(
    "Note: {names} is used and not imported: taken as it is usually meant.",
    "注意：用到了 {names} 却没有导入，按通常的含义理解。",
)
UNDEFINED = Text(
    "Note: {names} is called and not defined: taken as it is usually meant.",
    "注意：调用了 {names} 却没有定义，按通常的含义理解。",
)
NO_CODE = Text(
    "it holds no code: there are only comments",
    "其中没有代码，只有注释",
)
