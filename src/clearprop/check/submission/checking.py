"""Check one script: run it, recognise what it computes, and say what is wrong with its gradient."""

from pathlib import Path

from clearprop.check.submission.attempts import attempts
from clearprop.check.submission.description import described
from clearprop.check.submission.failures import explained_failure, not_parsed, troubles
from clearprop.check.submission.interfaces import interfaces
from clearprop.check.submission.judgement import Judgement
from clearprop.check.submission.report import SubmissionReport
from clearprop.check.submission.sandbox import Limits, run_limited
from clearprop.check.submission.source import parse
from clearprop.errors import refuse
from clearprop.language import Text


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
        ``backward_propagation(parameters, cache, X, Y)``, a function ``loss_and_grad``, a class with
        ``forward`` and ``backward``, or a training loop at the top level.
    function : str, optional
        The function, method or class to check, where the script has several.
    network : str, optional
        What the network is meant to be, as `clearprop.check.submission.description` reads it.
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
        raise refuse("file", str(path), "there is no such file.", "the path of a Python script.")
    try:
        source = parse(file)
    except (SyntaxError, ValueError, RecursionError) as error:
        return SubmissionReport(str(path), failure=not_parsed(error))
    found = interfaces(source, function)
    if function is not None and not found:
        names = [f.name for f in source.functions] + [c.name for c in source.classes]
        hint = ", ".join(names) or "a script with functions"
        raise refuse("function", function, "the script has no function of that name.", f"{hint}.")
    if not found:
        return SubmissionReport(str(path), failure=NOTHING_TO_CALL)
    tried = attempts(source, found)
    outcome = run_limited(file, tried, limits or Limits())
    if outcome.reply is None:
        return SubmissionReport(str(path), failure=outcome.failure)
    if outcome.reply["success"] is None:
        failure = explained_failure(source, tried, outcome.reply)
        return SubmissionReport(str(path), failure=failure, notes=troubles(source, outcome.reply))
    judged = Judgement(source, tried, outcome.reply, intended)
    return judged.report(str(path))


NOTHING_TO_CALL = Text(
    "no gradient was found: there is no function such as backward_propagation(parameters, cache, X,"
    " Y) or loss_and_grad(parameters, X, Y), no class with a backward method, and no training loop"
    " that assigns dW1 or W1. Name the function with --function.",
    "没有找到梯度代码：没有 backward_propagation(parameters, cache, X, Y)、"
    "loss_and_grad(parameters, X, Y) 之类的函数，没有带 backward 方法的类，"
    "也没有给 dW1 或 W1 赋值的训练循环。可用 --function 指定函数。",
)
