"""The page of a derivation: its network and data, at the view that derives, with its background.

Forward and backward pass, loss, gradients and the plain update are derived in the page, of any
moment. What else a derivation tells, tables, rules, other solvers, goes into the page as it is.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.backprop.descent import row_share
from clearprop.backprop.dropout import Masked
from clearprop.backprop.structure import Layer, Parameters
from clearprop.derivation import Derivation, Lines, Section, Step
from clearprop.derivation.derivation import Item, Question
from clearprop.derivation.notation import Notation as Symbols
from clearprop.derivation.printers.json import JsonPage
from clearprop.derivation.scope import Scope
from clearprop.derivation.style import Style
from clearprop.network.network import Network
from clearprop.playing.assembling import CONVENTIONS, Notation, compressed, html
from clearprop.playing.pages import check_network
from clearprop.playing.presets import presets
from clearprop.playing.rules import lean
from clearprop.playing.scene import Scene

DERIVED_IN_THE_PAGE = ("forward", "loss", "backward")
WHOLE = 400
"""A matrix of more numbers is written as its corners."""
CORNER = 3
"""So many rows and columns of it, and the last; a folded matrix shows no others."""
CURVE_DIGITS = 3
PLAIN = "sgd(learning_rate=0.1)"
UNFOLDED = 1000
"""A matrix of so many rows and columns is shown whole where nothing is to be folded."""


def derivation_page(derivation: Derivation) -> str:
    """Return the page, open at what was asked for.

    Raises
    ------
    InputError
        If the derivation has only letters, or what the page cannot show.
    """
    symbols, question = derivation.notation, derivation.question
    if symbols is None or question is None:
        why = "the page shows the numbers of a network, and this derivation has only letters."
        raise invalid_argument("form", "html", why, "'notebook', or 'latex'.")
    scene = _scene(derivation.title, symbols, question)
    style = derivation.style
    notation = Notation(
        style.lang,
        style.convention,
        style.first_index,
        dict(style.names.given),
        bool(style.names.sizes),
    )
    opened = {
        "view": "derive",
        "pick": _picked(question.scope, symbols.depth),
        "digits": str(style.digits),
        "fold": str(style.fold or UNFOLDED),
        "hand": "yes" if style.detail == "everything" else "no",
        "shortcut": "yes" if symbols.shortcut else "no",
        "at": _line(question.scope, symbols.depth),
    }
    background = {
        "scene": scene.name,
        "batch": symbols.is_batch,
        "sections": compressed(list(_sections(derivation))),
    }
    return html([scene, *presets()], notation, opened, background)


def _scene(title: Text, symbols: Symbols, question: Question) -> Scene:
    """Return network, data and parameters of a derivation, and the rule that it shows."""
    trace = symbols.trace
    alike = np.array_equal(trace.share, row_share(trace.reduction, np.ones(symbols.samples)))  # type: ignore[arg-type]
    rules = [one.activation for one in trace.layers]
    masks = tuple(rule.r for rule in rules if isinstance(rule, Masked))
    plain = [rule.of if isinstance(rule, Masked) else rule for rule in rules]
    layers = [Layer(one.z.shape[1], rule) for one, rule in zip(trace.layers, plain, strict=True)]
    net = Network(trace.x.shape[1], layers, trace.loss, trace.reduction)  # type: ignore[arg-type]
    check_network(net)
    pairs = [(one.W, one.b) for one in trace.layers]
    vector = np.concatenate([part.ravel() for pair in pairs for part in pair])
    return Scene(
        "own", title, Text("Change any number in place.", "任何数字都可以直接改。"), net,
        trace.x, trace.y, start=Parameters(net.sizes, vector.astype("float64")),
        solver=PLAIN if question.rule is None else spelled(question.rule),
        weight_decay=question.weight_decay, dropout=question.dropout, masks=masks,
        sample_weight=None if alike else trace.share[:, 0],
    )  # fmt: skip


def _picked(scope: Scope, depth: int) -> str:
    """Return the entry that is asked for, as the page names it."""
    if not scope.index:
        return ""
    return f"{scope.kind}{scope.layer or ''}[{','.join(map(str, scope.index))}]"


def _line(scope: Scope, depth: int) -> str:
    """Return the number of the line that finds what is asked for, from 0.

    Lines are: every layer forward, the loss, every layer from the last one back with its gradient.
    """
    back = depth + 1 + 2 * (depth - scope.layer)
    lines = {"W": back + 1, "b": back + 1, "z": back, "delta": back, "a": back, "x": 3 * depth - 1}
    return str({"layer": scope.layer - 1}.get(scope.kind, lines.get(scope.kind, 0)))


def _sections(derivation: Derivation) -> Iterator[dict[str, Any]]:
    """Yield what the page does not derive itself; items by convention where these differ."""
    printed = [derivation.styled(convention=one, lang="en") for one in CONVENTIONS]
    for section, turned in zip(*printed, strict=True):
        if not section.items or _is_derived_in_the_page(section):
            continue
        pairs = zip(section.items, turned.items, strict=True)
        style = derivation.style
        items = (_pair(_written(row, style), _written(column, style)) for row, column in pairs)
        yield {"title": section.title._asdict(), "items": list(items)}


def _is_derived_in_the_page(section: Section) -> bool:
    return all(isinstance(item, Lines) or _is_line(item) for item in section.items)


def _is_line(item: Item) -> bool:
    """Return whether an item is a step of the pass, or of the plain update after it."""
    if not isinstance(item, Step):
        return False
    is_new = getattr(item.quantity, "letter", "").endswith("_new")
    return item.phase in DERIVED_IN_THE_PAGE or (item.phase == "update" and is_new)


def _pair(row: object, column: object) -> list[object]:
    return [row] if row == column else [row, column]


def _written(item: Item, style: Style) -> Any:
    """Return an item of a section as the page reads it."""
    return _short(lean(JsonPage(style).item(item)))


def _short(value: Any) -> Any:
    """Return JSON with large matrices as their corners, and curves with a few digits."""
    if isinstance(value, list):
        return [_short(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("kind") == "step":
        value = {name: one for name, one in value.items() if name != "value"}
    if value.get("kind") == "curves":
        rounded = [
            {**one, "values": [round(each, CURVE_DIGITS) for each in one["values"]]}
            for one in value["functions"]
        ]
        z = [round(each, CURVE_DIGITS) for each in value["z"]]
        return {"kind": "curves", "z": z, "functions": rounded}
    if value.get("node") == "Matrix" and np.prod(value["shape"]) > WHOLE:
        rows, columns = value["shape"]
        values = [_corner(row, columns) for row in _corner(value["values"], rows)]
        return {**value, "values": values}
    return {name: _short(one) for name, one in value.items()}


def _corner(entries: list[Any], count: int) -> Iterable[Any]:
    return entries if count <= CORNER + 2 else [*entries[:CORNER], entries[-1]]
