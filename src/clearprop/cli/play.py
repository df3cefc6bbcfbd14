"""``clearprop play``: a page that trains a network and derives any of its numbers."""

import webbrowser
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop.cli.console import note
from clearprop.cli.explain import course_names
from clearprop.cli.tables import table_for
from clearprop.data import read_table
from clearprop.files import check_output
from clearprop.files.outputs import is_model, is_page
from clearprop.model import Model
from clearprop.playing import Playground, play_model, play_table
from clearprop.playing import play as play_scene
from clearprop.playing.assembling import Notation


def play(
    given: Path | None = None,
    data: Path | None = None,
    /,
    *,
    target: str | None = None,
    hidden: str = "6",
    activation: str = "tanh",
    solver: str | None = None,
    batch_size: int | None = None,
    weight_decay: float | None = None,
    dropout: float | None = None,
    validation: float | None = None,
    seed: int | None = None,
    out: Path = Path("play.html"),
    open_browser: bool = False,
    force: bool = False,
    lang: Language = "en",
    convention: str = "row",
    first_index: int = 0,
    names: str | None = None,
    numbered: bool = False,
) -> None:
    """Write a page in which a network trains, stops anywhere, and derives any of its numbers.

    One HTML file for any browser; no server, no network.
    clearprop play begins with two moons, clearprop play DATA --target COLUMN with a table,
    clearprop play MODEL DATA with a trained network.

    Parameters
    ----------
    given : Path, optional
        CSV or Parquet, or a model file that clearprop train wrote.
    data : Path, optional
        The table for a model file.
    target : str, optional
        Column of the table to predict.
    hidden : str
        Units of the hidden layers: 6, or 8,4.
    activation : str
        Activation of the hidden layers.
    solver : str, optional
        Update rule, with its settings: adam(learning_rate=0.01).
    batch_size : int, optional
        Rows of a batch.
    weight_decay : float, optional
        λ of the penalty ½ λ Σ W².
    dropout : float, optional
        Probability that a unit of a hidden layer is dropped in a step.
    validation : float, optional
        Part of the rows that validates; 0.2 for a table.
    seed : int, optional
        0 to 19: draws first weights and the order of rows.
    out : Path
        File to write.
    open_browser : bool
        Show it in the browser.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    lang : str
        en or zh: the language in which the page begins.
    convention : str
        row for z = a W + b, column for z = W a + b.
    first_index : int
        0 or 1: the number of the first unit, input and sample.
    names : str, optional
        What the course calls its quantities: a=h,delta=dZ,L=E.
    numbered : bool
        Number weights and units through, neuron by neuron: W₁ … W₈.
    """
    notation = Notation(lang, convention, first_index, course_names(names), numbered)
    check_output(out, is_page, [given, data], force=force)
    settings: dict[str, object] = {
        "solver": solver, "batch_size": batch_size, "weight_decay": weight_decay,
        "dropout": dropout, "validation": validation, "seed": seed,
    }  # fmt: skip
    page = _page(given, data, target, hidden, activation, notation, settings)
    page.save(out)
    if page.note is not None:
        note(page.note.translate(lang))
    note(Text(f"wrote {out}", f"已写入 {out}").translate(lang))
    if open_browser:
        webbrowser.open(out.resolve().as_uri())


def _page(
    given: Path | None,
    data: Path | None,
    target: str | None,
    hidden: str,
    activation: str,
    notation: Notation,
    settings: dict[str, object],
) -> Playground:
    """Return the page of what was given."""
    lang = notation.lang
    chosen = {name: value for name, value in settings.items() if value is not None}
    if given is None:
        if target is not None or chosen:
            why = "there is no table."
            raise invalid_argument("target", target, why, "clearprop play DATA --target COLUMN.")
        return play_scene(
            lang=lang, convention=notation.convention, first_index=notation.first_index,
            names=notation.names, numbered=notation.numbered,
        )  # fmt: skip
    if given.is_file() and is_model(given):
        if data is None:
            raise invalid_argument(
                "data", None, "a model needs rows.", "clearprop play MODEL DATA."
            )
        model = Model.load(given)
        return play_model(
            model, table_for(model, data, lang), name=given.name, notation=notation, **chosen
        )
    if data is not None:
        why = "only a model file takes a table after it."
        raise invalid_argument("data", str(data), why, f"clearprop play {data} --target COLUMN.")
    if target is None:
        raise invalid_argument("target", None, "nothing is to be predicted.", "--target COLUMN.")
    table = read_table(given)
    for each in table.notes:
        note(each.translate(lang))
    units = _units(hidden)
    return play_table(
        table, target, units, activation, name=given.name, notation=notation, **chosen
    )


def _units(hidden: str) -> list[int]:
    """Return the numbers of ``"8,4"``."""
    parts = [part.strip() for part in hidden.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise invalid_argument("hidden", hidden, "it is no list of units.", "6, or 8,4.")
    return [int(part) for part in parts]
