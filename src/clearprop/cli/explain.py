"""``clearprop explain``: any gradient of a network as a derivation."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Language, Text
from clearprop.cli.case import described_case, described_network, trained_case
from clearprop.cli.console import note, say
from clearprop.cli.tables import is_standard
from clearprop.derivation import explain as derive
from clearprop.derivation.printers import FORMS
from clearprop.derivation.style import Style
from clearprop.files import check_output, write_whole
from clearprop.files.outputs import is_derivation

Signed = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
PAGE_LEARNING_RATE = 0.1
"""η of the update that the stepping page shows if none is asked for."""
NARROWEST = 60
"""Lines are broken for no terminal that has fewer columns."""


def explain(
    model: Path | None = None,
    data: Path | None = None,
    /,
    *,
    row: list[int] | None = None,
    layers: str | None = None,
    activations: str | None = None,
    loss: str = "half_squared_error",
    reduction: str = "mean",
    x: Signed = None,
    y: Signed = None,
    weights: Path | None = None,
    initializer: str = "xavier",
    seed: int = 0,
    wrt: str | None = None,
    topics: str | None = None,
    learning_rate: float | None = None,
    lang: Language = "en",
    convention: str = "row",
    detail: str = "numbers",
    digits: int = 4,
    fold: int = 8,
    first_index: int = 0,
    form: Annotated[str | None, Parameter(name="--format")] = None,
    out: Path | None = None,
    force: bool = False,
) -> None:
    """Derive a gradient step by step, with symbols, shapes and numbers.

    Of a trained network: clearprop explain MODEL DATA --row 7 --wrt "W1[0,2]".
    Of any other: clearprop explain --layers 2-3-1 --activations relu,sigmoid --x 0.5,-1 --y 1.

    Parameters
    ----------
    model : Path, optional
        Model file that clearprop train wrote.
    data : Path, optional
        CSV or Parquet with the model's columns, the target too.
    row : int
        Row of the data to explain, 0 for the first and without this option; repeat it for several.
    layers : str, optional
        Units of each layer, inputs first: 2-3-1.
    activations : str, optional
        One a layer: relu,sigmoid. Without it tanh in hidden layers and identity in the last.
    loss : str
        Loss of the network that --layers describes.
    reduction : str
        sum or mean over samples.
    x : str, optional
        One sample, 0.5,-1, or several, 0.5,-1;2,3. Drawn with the seed without this option.
    y : str, optional
        Its target, or theirs, written like x.
    weights : Path, optional
        JSON file with W1, b1 and so on as lists; drawn with the seed without this option.
    initializer : str
        How weights are drawn: xavier, he, normal and others.
    seed : int
        Seed of everything that is drawn.
    wrt : str, optional
        What to differentiate by: W1, b2, W1[0,2], delta1[1], x[0], layer2; the whole pass without.
    topics : str, optional
        Only these parts of the whole pass: symbols, forward, loss, backward, gradients, summary,
        flow, rules, collapse, cost, sensitivity.
    learning_rate : float, optional
        Show one update with this learning rate, and the loss after it.
    lang : str
        en or zh.
    convention : str
        row: z = a W + b; column: z = W a + b.
    detail : str
        symbols, numbers or everything.
    digits : int
        Significant digits shown; 17 for all.
    fold : int
        Larger matrices show their corners; 0 unfolds them.
    first_index : int
        0 or 1: what the first unit is called in formulas.
    form : str, optional
        text, markdown, latex, html, notebook or json; by the ending of --out without this option.
    out : Path, optional
        File to write; standard output without this option.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    """
    out = None if is_standard(out) else out
    form = _form(form, out)
    if out is not None:
        check_output(out, is_derivation, [model, data, weights], force=force)
    if model is not None:
        _refuse_both(layers, activations, x, y, weights)
        case = trained_case(model, data, row or [0])
    else:
        if row is not None:
            raise invalid_argument(
                "row", row[0], "rows are those of a table.", "MODEL DATA, or --x and --y."
            )
        described = described_network(layers, activations, loss, reduction)
        case = described_case(described, x, y, weights, initializer, seed)
    if form == "html" and learning_rate is None and wrt is None and topics is None:
        learning_rate = PAGE_LEARNING_RATE
    derivation = derive(
        *case,
        wrt=wrt,
        topics=None if topics is None else [one.strip() for one in topics.split(",")],
        learning_rate=learning_rate,
        lang=lang,
        convention=convention,  # type: ignore[arg-type]
        detail=detail,  # type: ignore[arg-type]
        digits=digits,
        fold=fold,
        first_index=first_index,  # type: ignore[arg-type]
    )
    if out is None:
        say(derivation.styled(width=_width()).printed(form).rstrip("\n"))
        return
    printed = derivation.printed(form)
    write_whole(out, printed.encode())
    note(Text(f"wrote {out}", f"已写入 {out}").translate(lang))


def _width() -> int:
    """Return how wide lines may be: no wider than the terminal, if one shows them."""
    usual = Style().width
    if not sys.stdout.isatty():
        return usual
    return min(max(shutil.get_terminal_size().columns, NARROWEST), usual)


def _form(form: str | None, out: Path | None) -> str:
    """Return the form asked for, or the one that the file's ending means."""
    if form is not None:
        if form not in FORMS:
            raise unknown_name("format", form, FORMS)
        return form
    if out is None:
        return "text"
    endings = {FORMS[name].suffix: name for name in reversed(list(FORMS)) if name != "notebook"}
    if out.suffix.lower() not in endings:
        why = "its ending stands for no format."
        raise invalid_argument(
            "out", str(out), why, f"--format, or one of {', '.join(sorted(endings))}."
        )
    return endings[out.suffix.lower()]


def _refuse_both(*described: object) -> None:
    if any(one is not None for one in described):
        why = "a model file has its own layers and weights, and the data its x and y."
        raise invalid_argument(
            "layers", "given", why, "either MODEL DATA or --layers with --x and --y."
        )
