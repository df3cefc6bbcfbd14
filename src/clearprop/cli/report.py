"""``clearprop report``: a model file and a table give an HTML page."""

from pathlib import Path

from clearprop._text import Language, Text
from clearprop.cli.console import note
from clearprop.data import ClassificationTarget, read_table
from clearprop.files import check_writable
from clearprop.model import Model
from clearprop.report import write_report


def report(model: Path, data: Path, /, *, out: Path | None = None, lang: Language = "en") -> None:
    """Write a report on a trained network: one HTML page to read, print or hand in.

    Parameters
    ----------
    model : Path
        Model file that clearprop train wrote.
    data : Path
        CSV or Parquet with the columns and the target of the model. The table it was trained on is
        recognised, and divided into training, validation and test as it was then.
    out : Path, optional
        Page to write; MODEL with the ending .html without this option.
    lang : str
        Language of the report.
    """
    path = out or Path(model.name).with_suffix(".html")
    check_writable(path)
    trained = Model.load(model)
    texts = list(trained.encoding.text_columns)
    if isinstance(trained.target, ClassificationTarget) and isinstance(
        trained.target.classes[0], str
    ):
        texts += trained.target.names
    table = read_table(data, text_columns=texts)
    write_report(trained, table, path, language=lang, name=model.name)
    note(Text(f"wrote {path}", f"已写入 {path}").translate(lang))
