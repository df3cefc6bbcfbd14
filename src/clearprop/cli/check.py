"""``clearprop check``: whether a gradient is right and, if not, which mistake it contains."""

from dataclasses import fields
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.check.grading import grade_folder
from clearprop.check.grading.folder import Mark, as_csv
from clearprop.check.grading.rubric import Rubric, read_rubric
from clearprop.check.script import check_file
from clearprop.check.script.sandbox import Limits
from clearprop.check.trained import check_model
from clearprop.cli.console import FAILED, note, say
from clearprop.data import ClassificationTarget, Table, read_table
from clearprop.files import check_output, check_writable, write_whole
from clearprop.files.outputs import is_table_of
from clearprop.model import Model


def check(
    file: Path,
    data: Path | None = None,
    /,
    *,
    function: str | None = None,
    network: str | None = None,
    rubric: Path | None = None,
    out: Path | None = None,
    every: bool = False,
    seconds: int = 10,
    lang: Language = "en",
) -> int:
    """Check a gradient: of a script, of a folder of scripts, or of a trained network.

    A script is run in a process of its own with little time, little memory and no network. The exit
    code is 0 where everything is right and 1 where something is wrong.

    Parameters
    ----------
    file : Path
        Python script; or a folder of scripts to mark; or a model file, with DATA.
    data : Path, optional
        Table to check a model on.
    function : str, optional
        Function, class or Class.method to check, where a script has several.
    network : str, optional
        What a script is meant to compute, as in "relu,softmax categorical_cross_entropy mean";
        recognised by the numbers without this option.
    rubric : Path, optional
        TOML file by which to mark a folder.
    out : Path, optional
        CSV file for the marks of a folder; standard output without this option.
    every : bool
        Check every parameter of a model, not random directions only.
    seconds : int
        Seconds that a script may run.
    lang : str
        Language of the output.
    """
    if not file.exists():
        raise invalid_argument(
            "file", str(file), "there is nothing at this path.", "check the spelling."
        )
    if seconds < 1:
        raise invalid_argument("seconds", seconds, "a script needs some time.", "10.")
    if file.is_dir():
        if out is not None:
            check_output(out, is_table_of([each.name for each in fields(Mark)]), [file, rubric])
        return check_folder(file, read_rubric(rubric) if rubric else Rubric(), out, lang)
    for name, given in (("rubric", rubric), ("out", out)):
        if given is not None:
            raise invalid_argument(
                name, str(given), f"{file} is no folder.", "the folder of the scripts."
            )
    if data is not None:
        return check_trained(file, data, every, lang)
    if file.suffix == ".ipynb":
        why = "it is a notebook, and scripts are checked."
        raise invalid_argument("file", str(file), why, "download it as a .py file.")
    if file.suffix != ".py":
        why = "it is no Python script, and a model is checked on a table."
        raise invalid_argument("file", str(file), why, "clearprop check MODEL DATA.")
    report = check_file(file, function, network, Limits(seconds=seconds))
    say(report.text(lang))
    return 0 if report.ok else FAILED


def check_folder(folder: Path, rubric: Rubric, out: Path | None, lang: Language) -> int:
    """Mark every script of a folder, and write or print the table."""
    if out is not None:
        check_writable(out)

    def tell(mark: Mark) -> None:
        said = mark.first_mistake or Text("right", "正确").translate(lang)
        note(f"{mark.submission}: {mark.score:g}/{mark.possible:g} {said}")

    marks = grade_folder(folder, rubric, lang, tell)
    if out is None:
        say(as_csv(marks).rstrip("\n"))
        return 0
    write_whole(out, as_csv(marks).encode("utf-8-sig"))
    note(
        Text(f"wrote {len(marks)} rows to {out}", f"已将 {len(marks)} 行写入 {out}").translate(lang)
    )
    return 0


def check_trained(path: Path, data: Path, every: bool, lang: Language) -> int:
    """Check the gradient of a model on a table."""
    model = Model.load(path)
    report = check_model(model, table_for(model, data), every=every)
    say(report.text(lang))
    return 0 if report.ok else FAILED


def table_for(model: Model, data: Path) -> Table:
    """Return the table, with the columns that the model takes as text read as text."""
    texts = list(model.encoding.text_columns)
    target = model.target
    if isinstance(target, ClassificationTarget) and isinstance(target.classes[0], str):
        texts += target.names
    return read_table(data, text_columns=texts)
