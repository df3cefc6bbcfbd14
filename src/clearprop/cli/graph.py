"""``clearprop graph``: a scalar expression as a computational graph."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Language, Text
from clearprop.check.graphs import diagnose_graph
from clearprop.cli.console import FAILED, note, say
from clearprop.cli.tables import is_standard
from clearprop.derivation import graph as build
from clearprop.derivation.graphs.reading import number as numeral
from clearprop.files import check_output, write_whole
from clearprop.files.outputs import is_derivation

FORMATS = ("text", "svg")


def graph(
    expression: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *values: str,
    lang: Language = "en",
    digits: int = 6,
    form: Annotated[str | None, Parameter(name="--format")] = None,
    mine: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    decimals: int | None = None,
    out: Path | None = None,
    force: bool = False,
) -> int:
    """Compute an expression forward and backward: local derivatives, gradients, paths.

    For example: clearprop graph "price * quantity * (1 + tax)" price=20 quantity=2 tax=0.1.

    Parameters
    ----------
    expression : str
        Numbers, names, + - * / ** (or ^) and functions such as exp, ln, sqrt, tanh, sigmoid, max;
        with matrices @ .T sum mean var std norm softmax rows conv max_pool. Lines end at ; and
        name what they compute: "h = tanh(w x); (h - y)^2".
    values : str
        name=value for every name in the expression; a value may be 1/3, or [[1,2],[3,4]].
    lang : str
        en or zh.
    digits : int
        Significant digits shown.
    form : str, optional
        text, or svg for a drawing; svg for a file that ends in .svg without this option.
    mine : list of str, optional
        Your own gradients, name=value as above (dW=[[1,2]]), or a JSON file of arrays by name: says
        which are right, and names the mistake in the others.
    decimals : int, optional
        Decimals to which the numbers of --mine were rounded.
    out : Path, optional
        File to write; standard output without this option.
    force : bool
        Replace the file at --out even if clearprop did not write it.
    """
    out = None if is_standard(out) else out
    if form is None:
        form = "svg" if out is not None and out.suffix.lower() == ".svg" else "text"
    if form not in FORMATS:
        raise unknown_name("format", form, FORMATS)
    if not 1 <= digits <= 17:
        raise invalid_argument(
            "digits", digits, "a float64 has 1 to 17 digits.", "6, or 17 for all."
        )
    if out is not None:
        check_output(out, is_derivation, force=force)
    built = build(expression, **_values(values))
    if mine:
        diagnosis = diagnose_graph(_own(mine), built, decimals, lang)
        say(str(diagnosis))
        return 0 if diagnosis.ok else FAILED
    drawn = built.svg(lang, digits) if form == "svg" else built.text(lang, digits)
    if out is None:
        say(drawn.rstrip("\n"))
        return 0
    write_whole(out, drawn.encode())
    note(Text(f"wrote {out}", f"已写入 {out}").translate(lang))
    return 0


def _own(mine: Sequence[str]) -> dict[str, Any]:
    """Return a person's gradients by name, from the command line or from a JSON file."""
    if len(mine) > 1 or "=" in mine[0]:
        return _values(mine)
    try:
        found = json.loads(Path(mine[0]).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        why = "it is no JSON file of arrays by name."
        raise invalid_argument("mine", mine[0], why, 'dW=[[1,2]], or {"dW": [[1, 2]]} in a file.')
    return found


def _values(given: Sequence[str]) -> dict[str, Any]:
    """Return the number of every name, each given once."""
    numbers: dict[str, Any] = {}
    for one in given:
        name, number = _value(one)
        if name in numbers:
            raise invalid_argument(
                "values", one, f"{name} is given twice.", f"{name}={number} alone."
            )
        numbers[name] = number
    return numbers


def _value(given: str) -> tuple[str, Any]:
    """Return the name and the number, or the rows of a matrix, in ``"price=20"``."""
    name, sign, number = given.partition("=")
    name = unicodedata.normalize("NFKC", name.strip())  # as Python reads names: w1 for w₁
    try:
        if not sign or not name.isidentifier():
            raise ValueError
        if number.strip().startswith("["):
            return name, json.loads(number)
        return name, numeral(number)
    except (ValueError, RecursionError):
        raise invalid_argument(
            "values", given, "it is no name=number.", "price=20, or x=[[1,2],[3,4]]."
        ) from None
