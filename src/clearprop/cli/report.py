"""``clearprop report``: a model file and a table give an HTML page."""

from pathlib import Path

from clearprop._text import Language, Text
from clearprop.cli.console import note, say
from clearprop.cli.tables import is_standard, table_for
from clearprop.files import check_output
from clearprop.files.outputs import is_page
from clearprop.model import Model
from clearprop.report import report_html, write_report


def report(
    model: Path,
    data: Path,
    /,
    *,
    out: Path | None = None,
    force: bool = False,
    lang: Language = "en",
) -> None:
    """Write a report on a trained network: one HTML page to read, print or hand in.

    Parameters
    ----------
    model : Path
        Model file that clearprop train wrote.
    data : Path
        CSV or Parquet with the columns and the target of the model, - for standard input. The table
        it was trained on is recognised, and divided into training, validation and test as it was
        then.
    out : Path, optional
        Page to write, - for standard output; MODEL with the ending .html without this option.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    lang : str
        Language of the report.
    """
    path = out or Path(model.name).with_suffix(".html")
    check_output(path, is_page, [model, data], force=force)
    trained = Model.load(model)
    table = table_for(trained, data, lang)
    if is_standard(out) and out is not None:
        say(report_html(trained, table, language=lang, name=model.name).rstrip("\n"))
        return
    write_report(trained, table, path, language=lang, name=model.name)
    note(Text(f"wrote {path}", f"已写入 {path}").translate(lang))
