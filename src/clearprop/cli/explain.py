"""``clearprop explain``: any gradient of a network as a derivation."""

import shutil
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Language, Text
from clearprop.cli.case import described_case, described_network, sample_weights, trained_case
from clearprop.cli.console import note, say
from clearprop.cli.tables import is_standard
from clearprop.derivation import Derivation, Style
from clearprop.explaining import FORMS, general
from clearprop.explaining import explain as derive
from clearprop.files import check_output, write_whole
from clearprop.files.outputs import is_derivation

Signed = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
GENERAL = "general"
PAGE_LEARNING_RATE = 0.1
"""η of the update that the page shows if none is asked for."""
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
    convention: str | None = None,
    detail: str = "numbers",
    digits: int = 4,
    fold: int = 8,
    first_index: int = 0,
    no_shortcut: bool = False,
    names: str | None = None,
    numbered: bool = False,
    weight_decay: float = 0.0,
    sample_weight: str | None = None,
    class_weight: str | None = None,
    dropout: float = 0.0,
    solver: str | None = None,
    steps: int = 2,
    damping: float | None = None,
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
        Units of each layer, inputs first: 2-3-1; or general, for any layer in letters.
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
        flow, rules, collapse, cost, sensitivity, story, model, chart, chain_rule, error_term,
        transpose, training, code, key_points.
    learning_rate : float, optional
        Show one update with this learning rate, and the loss after it.
    lang : str
        en or zh.
    convention : str
        row: z = a W + b, the usual; column: z = W a + b, usual for --layers general.
    detail : str
        symbols, numbers or everything.
    digits : int
        Significant digits shown; 17 for all.
    fold : int
        Larger matrices show their corners; 0 unfolds them.
    first_index : int
        0 or 1: what the first unit is called in formulas.
    no_shortcut : bool
        Do not take the error term of the output as a - y outright: show every factor.
    names : str, optional
        What the course calls its quantities: a=h,delta=dZ,L=E; of one layer a2=p; dL/dW=dW.
    numbered : bool
        Number weights and units through, as figures do: W1 to W8, z3.
    weight_decay : float
        λ of an L2 penalty on the weights: show it in loss, gradient and update.
    sample_weight : str, optional
        How much each sample counts: 1,2,0.5.
    class_weight : str, optional
        How much samples of each class count, class 0 first: 1,3.
    dropout : float
        Drop hidden units with this probability, drawn with the seed, and show the mask.
    solver : str, optional
        Show steps of adam, rmsprop, sgd(momentum=0.9) … by hand, of what --wrt names or of all.
    steps : int
        How many of them.
    damping : float, optional
        Show one Levenberg-Marquardt step with this damping.
    form : str, optional
        text, markdown, markdown_dollars (with $$), latex, html, notebook, json or numpy; by the
        ending of --out without this option.
    out : Path, optional
        File to write; standard output without this option.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    """
    out = None if is_standard(out) else out
    form = _form(form, out)
    if out is not None:
        check_output(out, is_derivation, [model, data, weights], force=force)
    called = course_names(names)
    if layers is not None and layers.strip() == GENERAL:
        _refuse_numbers(model, x, y, weights, wrt, topics, learning_rate)
        letters = general(activations, lang=lang, convention=convention or "column", names=called)  # type: ignore[arg-type]
        _write(letters, form, out, lang)
        return
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
        convention=convention or "row",  # type: ignore[arg-type]
        detail=detail,  # type: ignore[arg-type]
        digits=digits,
        fold=fold,
        first_index=first_index,  # type: ignore[arg-type]
        shortcut=not no_shortcut,
        names=called,
        numbered=numbered,
        weight_decay=weight_decay,
        sample_weight=sample_weights(sample_weight, class_weight, case[3]),
        dropout=dropout,
        dropout_seed=seed,
        solver=solver,
        steps=steps,
        damping=damping,
    )
    _write(derivation, form, out, lang)


def _write(derivation: Derivation, form: str, out: Path | None, lang: Language) -> None:
    """Print a derivation, or write it to a file and say so."""
    if out is None:
        say(derivation.styled(width=_width()).printed(form).rstrip("\n"))
        return
    printed = derivation.printed(form)
    write_whole(out, printed.encode())
    note(Text(f"wrote {out}", f"已写入 {out}").translate(lang))


def course_names(text: str | None) -> dict[str, str] | None:
    """Return the names in ``"a=h,delta=dZ"``, by what they stand for."""
    if text is None:
        return None
    pairs = [one.partition("=") for one in text.split(",")]
    if not all(sign for _, sign, _ in pairs):
        raise invalid_argument("names", text, "it is no list of names.", "a=h,delta=dZ,L=E.")
    return {key.strip(): name.strip() for key, _, name in pairs}


def _refuse_numbers(*given: object) -> None:
    if any(one is not None for one in given):
        why = "a general layer has letters and no numbers: no x, y, weights, topics or update."
        raise invalid_argument("layers", GENERAL, why, "--layers 2-3-1 for those.")


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
