"""``clearprop check``: whether a gradient is right and, if not, which mistake it contains."""

from collections.abc import Sequence
from dataclasses import fields, replace
from json import dumps
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.check.grading import grade_folder
from clearprop.check.grading.folder import Mark, as_csv
from clearprop.check.grading.rubric import Rubric, read_rubric
from clearprop.check.script import SubmissionReport, check_file
from clearprop.check.script.page import report_page
from clearprop.check.script.sandbox import Limits
from clearprop.check.script.schema import printable
from clearprop.check.script.walls.standing import walls_in_words
from clearprop.check.trained import check_model
from clearprop.cli.console import FAILED, note, say
from clearprop.cli.tables import rows_for
from clearprop.files import check_output, check_writable, write_whole
from clearprop.files.outputs import is_table_of
from clearprop.model import Model

NOT_READ = 3
"""The exit code where nothing can be said of a script that runs."""


def check(
    file: Path,
    data: Path | None = None,
    /,
    *,
    function: str | None = None,
    network: str | None = None,
    rubric: Path | None = None,
    main: str | None = None,
    out: Path | None = None,
    every: bool = False,
    seconds: int = 10,
    seed: int | None = None,
    json: bool = False,
    force: bool = False,
    page: Path | None = None,
    lang: Language = "en",
) -> int:
    """Check a gradient: of a script, of a folder of scripts, or of a trained network.

    A script is run behind walls: with little time, little memory, no network, and no files but its
    own. The report says which walls this system has. The exit code is 0 where everything is right,
    1 where something is wrong, and 3 where a script could not be read: look at it yourself.

    Parameters
    ----------
    file : Path
        Python script or notebook; or a folder of them to mark; or a model file, with DATA.
    data : Path, optional
        Table to check a model on.
    function : str, optional
        Function, class or Class.method to check, where a script has several.
    network : str, optional
        What a script is meant to compute, as in "relu,softmax categorical_cross_entropy mean";
        recognised by the numbers without this option.
    rubric : Path, optional
        TOML file by which to mark a folder.
    main : str, optional
        With a folder: the script to run, where the folder is one program, or where each folder in
        it is one; "main.py", say.
    out : Path, optional
        CSV file for the marks of a folder; standard output without this option.
    every : bool
        Check every parameter of a model, not random directions only.
    seconds : int
        Seconds that a script may run.
    seed : int, optional
        Repeats the check of a script that reported this seed; without it the numbers that a script
        is fed are drawn anew.
    json : bool
        Print the report on a script as JSON.
    force : bool
        Replace the file at --out even if it holds something else than marks.
    page : Path, optional
        HTML file for the report on a script; with a folder, a folder for one page a submission.
    lang : str
        Language of the output.
    """
    if not file.exists():
        raise invalid_argument(
            "file", str(file), "there is nothing at this path.", "check the spelling."
        )
    if seconds < 1:
        raise invalid_argument("seconds", seconds, "a script needs some time.", "10.")
    if main is not None and (file / main).is_file():
        file = file / main
    elif main is not None and not file.is_dir():
        raise invalid_argument("main", main, f"{file} is no folder.", "leave it out.")
    if file.is_dir():
        if out is not None:
            are_marks = is_table_of([each.name for each in fields(Mark)])
            submitted = [path for path in file.rglob("*") if path.is_file() and not are_marks(path)]
            check_output(out, are_marks, [rubric, *submitted], force=force)
        chosen = read_rubric(rubric) if rubric else Rubric()
        chosen = chosen if main is None else replace(chosen, main=main)
        return check_folder(file, chosen, out, seed, lang, page)
    for name, given in (("rubric", rubric), ("out", out)):
        if given is not None:
            raise invalid_argument(
                name, str(given), f"{file} is no folder.", "the folder of the scripts."
            )
    if data is not None:
        return check_trained(file, data, every, lang)
    if file.suffix not in (".py", ".ipynb"):
        why = "it is no Python script and no notebook, and a model is checked on a table."
        raise invalid_argument("file", str(file), why, "clearprop check MODEL DATA.")
    report = check_file(file, function, network, Limits(seconds=seconds), seed)
    say(dumps(report.as_data(lang), ensure_ascii=False) if json else report.text(lang))
    if page is not None:
        write_whole(page, report_page(report, lang).encode())
        note(Text(f"wrote {page}", f"已写入 {page}").translate(lang))
    return {"right": 0, "wrong": FAILED, "not_read": NOT_READ}[report.outcome]


def check_folder(
    folder: Path,
    rubric: Rubric,
    out: Path | None,
    seed: int | None,
    lang: Language,
    pages: Path | None = None,
) -> int:
    """Mark every script of a folder; each row is written or printed as soon as it is there."""
    if out is not None:
        check_writable(out)
    rows: list[Mark] = []

    def tell(mark: Mark, report: SubmissionReport | None) -> None:
        rows.append(mark)
        if pages is not None and report is not None:
            pages.mkdir(parents=True, exist_ok=True)
            name = mark.submission.replace("/", "-")
            write_whole(pages / f"{name}.html", report_page(report, lang).encode())
        said = mark.first_mistake or Text("right", "正确").translate(lang)
        score = "?" if mark.score is None else f"{mark.score:g}"
        note(f"{printable(mark.submission)}: {score}/{mark.possible:g} {said}")
        if out is None:
            table = as_csv([mark])
            say((table if len(rows) == 1 else table.partition("\n")[2]).rstrip("\n"))
        else:  # the whole file each time: an interrupt leaves whole rows
            write_whole(out, as_csv(rows).encode("utf-8-sig"))

    marks = grade_folder(folder, rubric, lang, tell, seed)
    if out is not None:
        n = len(marks)
        note(Text(f"wrote {n} rows to {out}", f"已将 {n} 行写入 {out}").translate(lang))
    note(walls_of(marks).translate(lang))
    return 0


def walls_of(marks: Sequence[Mark]) -> Text:
    """Return which walls stood around every script that ran."""
    each = [set(mark.walls.split()) for mark in marks if mark.walls]
    return (
        walls_in_words(set.intersection(*each))
        if each
        else Text("No script ran.", "没有脚本运行。")
    )


def check_trained(path: Path, data: Path, every: bool, lang: Language) -> int:
    """Check the gradient of a model on a table."""
    model = Model.load(path)
    report = check_model(model, rows_for(model, data), every=every)
    say(report.text(lang))
    return 0 if report.ok else FAILED
