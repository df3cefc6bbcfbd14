"""Check one script: run it, recognise what it computes, and say what is wrong with its gradient."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.check.script.description import Description, described
from clearprop.check.script.failures import explained_failure, not_parsed, troubles
from clearprop.check.script.fixtures import SAMPLES
from clearprop.check.script.judgement import Judgement
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.sandbox import Limits, run_limited
from clearprop.check.script.source.attempts import (
    Attempt,
    attempts,
    one_output,
    one_sample,
)
from clearprop.check.script.source.interfaces import interfaces
from clearprop.check.script.source.reading import Source, parse


def check_file(
    path: str | Path,
    function: str | None = None,
    network: str | None = None,
    limits: Limits | None = None,
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

    Returns
    -------
    SubmissionReport
        Also where the script fails; ``report.failure`` then says how.

    Raises
    ------
    InputError
        If there is no such file, or `function` or `network` name nothing known.
    """
    file = Path(path)
    intended = described(network)
    if not file.is_file():
        raise invalid_argument(
            "file", str(path), "there is no such file.", "the path of a Python script."
        )
    try:
        source = parse(file)
    except (SyntaxError, ValueError, RecursionError) as error:
        return SubmissionReport(str(path), failure=not_parsed(error))
    found = interfaces(source, function)
    if function is not None and not found:
        names = [f.name for f in source.functions] + [c.name for c in source.classes]
        hint = ", ".join(names) or "a script with functions"
        raise invalid_argument(
            "function", function, "the script has no function of that name.", f"{hint}."
        )
    if not found:
        return SubmissionReport(str(path), failure=NOTHING_TO_CALL)
    examination = Examination(source, intended, limits or Limits())
    return examination.report(attempts(source, found, examination.outputs), str(path))


@dataclass(frozen=True)
class Examination:
    """One script, and what is known of the network that it is meant to compute."""

    source: Source
    intended: Description
    limits: Limits

    @property
    def outputs(self) -> int | None:
        """K, where it is known."""
        return self.intended.sizes[-1] if self.intended.sizes else None

    def report(self, tried: Sequence[Attempt], path: str) -> SubmissionReport:
        """Return the verdict on the first attempt that gives a gradient."""
        outcome = run_limited(self.source.path, tried, self.limits)
        if outcome.reply is not None and needs_all_of_it(self.source, outcome.reply):
            tried = [{**attempt, "whole": True} for attempt in tried]
            outcome = run_limited(self.source.path, tried, self.limits)
        if outcome.reply is None:
            return SubmissionReport(path, failure=outcome.failure)
        if outcome.reply["success"] is None:
            failure = explained_failure(self.source, tried, outcome.reply)
            notes = troubles(self.source, outcome.reply)
            return SubmissionReport(path, failure=failure, notes=notes)
        report = Judgement(self.source, tried, outcome.reply, self.intended).report(path)
        successful = tried[outcome.reply["success"]["attempt"]]
        return self.doubted(report, successful, outcome.reply["success"]["sizes"][-1])

    def doubted(self, report: SubmissionReport, attempt: Attempt, outputs: int) -> SubmissionReport:
        """Return the report, or one of the same code as it may have been meant.

        Code for one output may be wrong for several, and code for one sample for a batch: neither
        is a mistake.
        """
        if report.ok or attempt["equal"]:
            return report
        doubts = []
        if keeps_samples_apart(report) or self.source.takes_samples_apart(attempt["interface"]):
            doubts.append((one_sample(attempt), ONE_SAMPLE))
        could_have_one = outputs > 1 and self.outputs is None and not report.has_softmax
        if could_have_one and report.failure is None:
            doubts.append((one_output(attempt), ONE_OUTPUT))
        for other, note in doubts:
            outcome = run_limited(self.source.path, [other], self.limits)
            if outcome.reply is None or outcome.reply["success"] is None:
                continue
            judgement = Judgement(self.source, [other], outcome.reply, self.intended)
            meant = judgement.report(report.file)
            if meant.assumed < report.assumed:
                return replace(meant, notes=(*meant.notes, note))
        return report


def needs_all_of_it(source: Source, reply: Mapping[str, Any]) -> bool:
    """Return whether functions miss a variable that only the statements left out would set."""
    if reply["success"] is not None:
        return False
    missing = [
        failure["message"][0] for failure in reply["failures"] if failure["kind"] == "NameError"
    ]
    return any(f"'{name}'" in message for message in missing for name in source.variables)


def keeps_samples_apart(report: SubmissionReport) -> bool:
    """Return whether db has a number for every sample: the code is meant for one at a time."""
    arrays = report.diagnosis.arrays if report.diagnosis is not None else ()
    biases = [array for array in arrays if array.name.startswith("db")]
    return bool(biases) and all(
        array.difference == float("inf")
        and math.prod(array.shape) == SAMPLES * math.prod(array.expected_shape)
        for array in biases
    )


ONE_SAMPLE = Text(
    "Judged with one sample, as code that takes one at a time: with several at once it would be"
    " wrong. An average over samples could not be checked.",
    "按单个样本判断，代码应是逐样本处理的：多个样本同时输入时结果不对。因此无法检查对样本的平均。",
)
ONE_OUTPUT = Text(
    "Judged with one output. With several it would be wrong, or wrong in more than one way:"
    " np.mean, for one, divides by m K then.",
    "按一个输出判断。有多个输出时结果不对（或错得更多）：例如 np.mean 会除以 m K。",
)


NOTHING_TO_CALL = Text(
    "no gradient was found: there is no function such as backward_propagation(parameters, cache, X,"
    " Y) or loss_and_grad(parameters, X, Y), no class with a backward method, and no training loop"
    " that assigns dW1 or W1. Name the function with --function.",
    "没有找到梯度代码：没有 backward_propagation(parameters, cache, X, Y)、"
    "loss_and_grad(parameters, X, Y) 之类的函数，没有带 backward 方法的类，"
    "也没有给 dW1 或 W1 赋值的训练循环。可用 --function 指定函数。",
)
