"""Mark a folder of scripts: one row each, and one crash never stops the rest."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from clearprop._text import Language, Text
from clearprop.check.grading.rubric import Rubric
from clearprop.check.grading.submissions import Submission, submissions
from clearprop.check.script.checking import check_file
from clearprop.check.script.report import (
    OTHER_LOSS,
    OTHER_OUTPUTS,
    SubmissionReport,
    not_read,
)
from clearprop.check.script.sandbox import Limits
from clearprop.check.script.schema import printable
from clearprop.files import safe_cell

LINK = Text("it is a link to a file outside the folder", "它是指向文件夹以外文件的链接")
APART = Text(
    "It imports {names}, which lies beside it: no submission sees another. If the folder is one"
    " program, name its script with --main.",
    "它导入了旁边的 {names}：各份提交互不可见。如果整个文件夹是一个程序，请用 --main 指定"
    "要运行的脚本。",
)


@dataclass(frozen=True)
class Mark:
    """The row of one submission."""

    submission: str
    score: float | None
    """None where the submission could not be read: then look at it yourself."""
    possible: float
    first_mistake: str
    runs: float
    forward: float
    loss: float
    gradient: float
    message: str
    notes: str = ""
    """Remarks for the teacher: that clearprop was imported, for one."""
    walls: str = ""
    """The walls that held the script back while it ran, see `clearprop.check.script.walls`."""


def grade_folder(
    folder: Path,
    rubric: Rubric,
    language: Language = "en",
    when_marked: Callable[[Mark, SubmissionReport | None], None] | None = None,
    seed: int | None = None,
) -> list[Mark]:
    """Return the marks of every submission in a folder, by name.

    Parameters
    ----------
    folder : Path
    rubric : Rubric
    language : {"en", "zh"}
        Of the messages.
    when_marked : callable, optional
        Told of each mark as soon as it is there, and of the report that it comes from, if any.
    seed : int, optional
        As for `clearprop.check.script.check_file`, which draws one for every script without it.

    Raises
    ------
    InputError
        If there is no such folder, or no submission in it.
    """
    marks = []
    for submission in submissions(folder, rubric):
        mark, report = mark_submission(submission, folder, rubric, language, seed)
        marks.append(mark)
        if when_marked is not None:
            when_marked(mark, report)
    return marks


def mark_submission(
    submission: Submission, folder: Path, rubric: Rubric, language: Language, seed: int | None
) -> tuple[Mark, SubmissionReport | None]:
    """Return the mark of one script, and the report on it where there is one.

    Whatever goes wrong with it costs this one its points.
    """
    path = submission.path
    name = path.relative_to(folder).as_posix()
    limits = Limits(rubric.seconds, rubric.megabytes, data=rubric.data, home=submission.home)
    nothing = Mark(name, 0.0, rubric.possible, "does_not_run", 0.0, 0.0, 0.0, 0.0, "")
    if not path.resolve().is_relative_to(folder.resolve()):
        return replace(nothing, message=LINK.translate(language)), None
    try:
        report = check_file(path, rubric.function, rubric.network, limits, seed)
    except Exception as error:  # the rest of the class must still be marked
        return replace(nothing, message=printable(" ".join(str(error).split()))), None
    if submission.apart and report.outcome != "right":
        names = ", ".join(submission.apart)
        report = replace(report, notes=(APART.filled(names=names), *report.notes))
    if report.outcome == "not_read" and report.unread is not None:
        unread = replace(
            nothing,
            score=None,
            first_mistake="not_read",
            message=not_read(report.unread, language),
            notes=" ".join(note.translate(language) for note in report.notes),
            walls=" ".join(report.walls),
        )
        return unread, report
    parts = {
        "runs": rubric.worth("runs") * (report.failure is None),
        "forward": rubric.worth("forward") * earned(report.forward_ok, report),
        "loss": rubric.worth("loss") * earned(report.loss_ok, report),
        "gradient": gradient_points(report, rubric),
    }
    mark = Mark(
        submission=name,
        score=round(sum(parts.values()), 2),
        possible=rubric.possible,
        first_mistake=report.mistake or "",
        **{part: round(points, 2) for part, points in parts.items()},
        message=message_of(report, language),
        notes=" ".join(note.translate(language) for note in report.notes),
        walls=" ".join(report.walls),
    )
    return mark, report


def earned(verdict: bool | None, report: SubmissionReport) -> bool:
    """Return whether a part is right; what could not be judged is, where all the rest is right."""
    if report.failure is not None:
        return False
    return report.ok or report.disagreement is not None if verdict is None else verdict


def gradient_points(report: SubmissionReport, rubric: Rubric) -> float:
    """Return the points for the gradient."""
    most = rubric.worth("gradient")
    if report.ok:
        return most
    if report.failure is not None:
        return 0.0
    if report.own_loss is not None:
        return most * report.own_loss.ok
    if report.mistake in rubric.mistakes:
        return float(min(most, rubric.mistakes[report.mistake]))
    arrays = report.diagnosis.arrays if report.diagnosis is not None else ()
    findings = report.diagnosis.findings if report.diagnosis is not None else ()
    right = [array.right for array in arrays]
    if all(right) and findings:  # right numbers in the wrong shape
        return most / 2
    return most * sum(right) / len(right) if right else 0.0


def message_of(report: SubmissionReport, language: Language) -> str:
    """Return the verdict in one line."""
    if report.failure is not None:
        return report.failure.translate(language)
    for text in (report.disagreement, report.own_loss.in_words() if report.own_loss else None):
        if text is not None:
            return text.translate(language)
    findings = report.diagnosis.findings if report.diagnosis is not None else ()
    said = [OTHER_OUTPUTS.translate(language)] if report.forward_ok is False else []
    said += [OTHER_LOSS.translate(language)] if report.loss_ok is False else []
    said += [
        f"{f.mistake.title.translate(language)}: {f.evidence.translate(language)}" for f in findings
    ]
    if report.ok:
        return "; ".join(said) or Text("right", "正确").translate(language)
    if not findings and report.diagnosis is not None and report.diagnosis.where is not None:
        said.append(report.diagnosis.where.translate(language))
    if report.line is not None:
        said.append(report.line)
    return "; ".join(said)


def as_csv(marks: Sequence[Mark]) -> str:
    """Return the marks as CSV with a header, one row each.

    A cell that a spreadsheet would take for a formula is marked as text.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(each.name for each in fields(Mark))
    for mark in marks:
        writer.writerow("" if cell is None else safe_cell(cell) for cell in astuple(mark))
    return stream.getvalue()
