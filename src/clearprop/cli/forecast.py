"""``clearprop forecast``: a model of a time series goes on where the series ends."""

from pathlib import Path

from clearprop._text import Language, Text
from clearprop.cli.console import note, say
from clearprop.cli.predict import as_csv, header_of, write_frame
from clearprop.cli.tables import is_standard
from clearprop.data import read_table
from clearprop.files import check_output
from clearprop.files.outputs import is_table_of
from clearprop.model import Model


def forecast(
    model: Path,
    data: Path,
    /,
    *,
    steps: int | None = None,
    inputs: Path | None = None,
    out: Path | None = None,
    force: bool = False,
    lang: Language = "en",
) -> None:
    """Forecast a time series after its end: every prediction is the past of the next ones.

    Parameters
    ----------
    model : Path
        Model file that clearprop train --lags wrote.
    data : Path
        CSV or Parquet with the series until now, - for standard input.
    steps : int, optional
        Steps to go; as many as --inputs has rows without this option.
    inputs : Path, optional
        CSV or Parquet with the inputs of the steps to come, where the series has inputs.
    out : Path, optional
        File to write, CSV or (by its ending) .parquet; standard output without this option.
    force : bool
        Replace the file at --out even if it holds something else than such predictions.
    lang : str
        Language of the output.
    """
    import pandas

    trained = Model.load(model)
    names = list(trained.target.names)
    if out is not None:
        check_output(out, is_table_of(header_of(out, names)), [model, data, inputs], force=force)
    past = read_table(data)
    future = None if inputs is None else read_table(inputs)
    found = trained.closed_loop(past, future, steps)
    for each in found.notes:
        note(each.translate(lang))
    frame = pandas.DataFrame(found.values, columns=names)
    if out is None or is_standard(out):
        say(as_csv(frame).rstrip("\n"))
        return
    write_frame(out, frame)
    count = len(frame)
    done = Text(f"wrote {count} steps to {out}", f"已将 {count} 步预测写入 {out}")
    note(done.translate(lang))
