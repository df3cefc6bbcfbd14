"""Derivations as JSON: the formula trees themselves, for other programs to draw or to compute.

`schema` says what is written, `read_formula` turns a tree back into an `Expression`. Numbers have
all their digits; what JSON has no number for is written ``"NaN"``, ``"Infinity"``, ``"-Infinity"``.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.derivation import expression as nodes
from clearprop.derivation.derivation import (
    Cell,
    Curves,
    Derivation,
    Item,
    Lines,
    Listing,
    Table,
)
from clearprop.derivation.expression import Expression
from clearprop.derivation.printers.page_printer import PagePrinter
from clearprop.derivation.steps import Step

VERSION = 1
"""Raised when a reader of the version before could not read what is written."""
LARGEST_MATRIX = 10_000
"""A matrix of more numbers is written without them, unless nothing is to be folded."""
KINDS: Mapping[str, type[Expression]] = {
    kind.__name__: kind
    for _, kind in sorted(vars(nodes).items())
    if isinstance(kind, type) and issubclass(kind, Expression) and kind is not Expression
}


class JsonPage(PagePrinter):
    """One JSON document, sentences in all languages."""

    name = "json"
    suffix = ".json"

    def page(self, derivation: Derivation) -> str:
        document = {
            "format": "clearprop derivation",
            "version": VERSION,
            "title": self.text(derivation.title),
            "convention": self.style.convention,
            "sections": [
                {
                    "title": self.text(section.title),
                    "items": [self.item(item) for item in section.items],
                }
                for section in derivation
            ],
        }
        return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def item(self, item: Item) -> dict[str, Any]:
        if isinstance(item, Step):
            return self.step(item)
        if isinstance(item, Lines):
            lines = [
                {"equation": self.formula(line.equation), "why": self.text(line.why)}
                for line in item.lines
            ]
            return {"kind": "rule", "title": self.text(item.title), "lines": lines}
        if isinstance(item, Table):
            rows = [[self.cell(cell) for cell in row] for row in item.rows]
            header = [self.text(cell) for cell in item.header]
            return {"kind": "table", "title": self.text(item.title), "header": header, "rows": rows}
        if isinstance(item, Curves):
            functions = [
                {"formula": self.formula(name), "values": self.value(np.asarray(values))}
                for name, values in item.functions
            ]
            return {"kind": "curves", "z": self.value(np.asarray(item.z)), "functions": functions}
        if isinstance(item, Listing):
            return {
                "kind": "listing",
                "title": self.text(item.title),
                "lines": self.text(item.lines),
                "language": item.language,
            }
        return {"kind": "sentence", "text": self.text(item)}

    def text(self, text: Text) -> dict[str, str]:
        """Return a sentence in all languages, its indices counted as the formulas count them."""
        return self.counted(text)._asdict()

    def step(self, step: Step) -> dict[str, Any]:
        return {
            "kind": "step",
            "title": self.text(step.title),
            "why": self.text(step.why),
            "note": None if step.note is None else self.text(step.note),
            "phase": step.phase,
            "layer": step.layer,
            "formula": self.formula(step.formula),
            "shapes": None if step.shapes is None else self.formula(step.shapes),
            "numbers": self.formula(step.numbers),
            "entries": [self.formula(line) for line in step.entry_lines],
            "value": self.value(np.asarray(step.value)),
        }

    def cell(self, cell: Cell) -> dict[str, Any]:
        return self.formula(cell) if isinstance(cell, Expression) else self.text(cell)

    def formula(self, part: Expression) -> dict[str, Any]:
        """Return a formula tree: the kind of each node, and its fields by their names."""
        written = {one.name: self.value(getattr(part, one.name)) for one in fields(part)}
        if isinstance(part, nodes.Matrix):
            written["shape"] = list(np.shape(part.values))
        return {"node": type(part).__name__, **written}

    def value(self, value: Any) -> Any:
        if isinstance(value, Expression):
            return self.formula(value)
        if isinstance(value, Activation):
            return spelled(value)
        if isinstance(value, np.ndarray):
            folded = self.style.fold and value.size > LARGEST_MATRIX
            return None if folded else self.value(value.tolist())
        if isinstance(value, (tuple, list)):
            return [self.value(one) for one in value]
        if isinstance(value, float) and not math.isfinite(value):
            return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
        return value.item() if isinstance(value, np.generic) else value


def read_formula(written: Mapping[str, Any]) -> Expression:
    """Return the expression that a formula in the JSON describes.

    Raises
    ------
    InputError
        If it has a node or field that is not known, or a matrix without its numbers.

    Examples
    --------
    >>> read_formula({"node": "Negative", "of": {"node": "Number", "value": 2.0}}).evaluate({})
    -2.0
    """
    kind = KINDS.get(str(written.get("node")))
    if kind is None:
        raise invalid_argument(
            "node", written.get("node"), "no formula has it.", f"one of {sorted(KINDS)}."
        )
    known = {one.name for one in fields(kind)}
    values = {name: _read(value) for name, value in written.items() if name in known}
    if kind is nodes.Matrix:
        if values.get("values") is None:
            hint = "write the derivation with fold=0."
            raise invalid_argument(
                "values", None, "the numbers of a large matrix were left out.", hint
            )
        values["values"] = np.array(values["values"], dtype=float)
    if "rule" in values and values["rule"] is not None:
        values["rule"] = ACTIVATIONS.make(values["rule"])
    if kind is nodes.Number:
        values["value"] = float(values["value"])
    return kind(**values)


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return read_formula(value)
    return tuple(map(_read, value)) if isinstance(value, list) else value


def schema() -> dict[str, Any]:
    """Return the JSON Schema of what is written."""
    text = _object({language: {"type": "string"} for language in Text._fields})
    formula = {"$ref": "#/$defs/formula"}
    here, number = {"$ref": "#/$defs/text"}, {"$ref": "#/$defs/number"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "clearprop derivation",
        **_object({
            "format": {"const": "clearprop derivation"},
            "version": {"const": VERSION},
            "title": here,
            "convention": {"enum": ["row", "column"]},
            "sections": _list(_object({"title": here, "items": _list({"$ref": "#/$defs/item"})})),
        }),
        "$defs": {
            "text": text,
            "number": {
                "anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]
            },
            "formula": _formula(),
            "item": {
                "anyOf": [
                    _object({
                        "kind": {"const": "step"},
                        "title": here,
                        "why": here,
                        "note": {"anyOf": [here, {"type": "null"}]},
                        "phase": {"enum": ["forward", "loss", "backward", "update", "theory"]},
                        "layer": {"type": ["integer", "null"]},
                        "formula": formula,
                        "shapes": {"anyOf": [formula, {"type": "null"}]},
                        "numbers": formula,
                        "entries": _list(formula),
                        "value": {},
                    }),
                    _object({
                        "kind": {"const": "rule"},
                        "title": here,
                        "lines": _list(_object({"equation": formula, "why": here})),
                    }),
                    _object({
                        "kind": {"const": "table"},
                        "title": here,
                        "header": _list(here),
                        "rows": _list(_list({"anyOf": [here, formula]})),
                    }),
                    _object({
                        "kind": {"const": "curves"},
                        "z": _list(number),
                        "functions": _list(_object({"formula": formula, "values": _list(number)})),
                    }),
                    _object({
                        "kind": {"const": "listing"},
                        "title": here,
                        "lines": here,
                        "language": {"type": "string"},
                    }),
                    _object({"kind": {"const": "sentence"}, "text": here}),
                ]
            },
        },
    }  # fmt: skip


def _formula() -> dict[str, Any]:
    """Return the schema of a formula, which looks at a tree once: its name says a node's fields."""
    known = _object({"node": {"enum": list(KINDS)}})
    fields_of = [
        {"if": _object({"node": {"const": name}}), "then": _node(kind)}
        for name, kind in KINDS.items()
    ]
    return {**known, "allOf": fields_of}


def _node(kind: type[Expression]) -> dict[str, Any]:
    """Return the schema of one kind of node, from the types of its fields."""
    properties = {one.name: _field(str(one.type)) for one in fields(kind)}
    if kind is nodes.Matrix:
        properties["shape"] = _list({"type": "integer"})
    return _object(properties)


def _field(annotation: str) -> dict[str, Any]:
    formula = {"$ref": "#/$defs/formula"}
    if "tuple[tuple" in annotation:
        return _list(_list(formula))
    if "tuple[" in annotation and "Expression" in annotation:
        return _list(formula)
    if any(annotation.endswith(name) for name in ("Expression'>", "Symbol'>")):
        return formula
    if annotation == "<class 'float'>":
        return {"$ref": "#/$defs/number"}
    return {}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}
