"""The page's rules: every activation, loss and update rule of the registries, in JavaScript.

A rule that states no kernels, or whose kernels do what is not translated, is not on the page.
"""

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from clearprop._registry import name_of, settings_of, spelled
from clearprop._text import Text
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.activations.activation import Step
from clearprop.derivation.expression import Expression, Symbol
from clearprop.derivation.latex_reader import read
from clearprop.derivation.printers.json import JsonPage
from clearprop.derivation.rules import (
    definition,
    derivative_formula,
    function_name,
    loss_derivative_formula,
    loss_formula,
)
from clearprop.derivation.style import Style
from clearprop.export.special import erfc
from clearprop.losses import LOSSES, Loss
from clearprop.playing.translating import UntranslatableError, definition_of, javascript
from clearprop.training.schedules import RATES, RateSchedule
from clearprop.updates import UPDATES, UpdateRule

FLOAT = "float64"
UNUSED = ("rule", "by_column", "size", "of_column")
"""Fields of formula trees that the page does not read."""


class Written(NamedTuple):
    """A rule for the page: its functions in JavaScript, and its facts as JSON can say them."""

    functions: Mapping[str, str]
    facts: Mapping[str, Any]


Rules = Mapping[str, Mapping[str, Written]]
"""Activations, losses, updates and rates, each by the text that builds a rule, or its name."""


def rules(activations: Iterable[Activation], losses: Iterable[Loss]) -> Rules:
    """Return all rules: those of the registries, and what a network has besides."""
    return {
        "activations": _written(_activation, [*_defaults(ACTIVATIONS), *activations]),
        "losses": _written(_loss, [*_defaults(LOSSES), *losses]),
        "updates": _written(_update, _defaults(UPDATES), name_of),
        "rates": _written(_rate, filter(_needs_no_plateaus, _defaults(RATES)), name_of),
    }


def module(written: Rules) -> str:
    """Return the module of the rules' functions; the page adds their facts to them."""
    lines = [
        'import { given } from "clearprop/given";',
        f"const erfc = {javascript(erfc)};",
        "const known = (rules, facts) => {",
        "  for (const name of Object.keys(rules)) Object.assign(rules[name], facts[name]);",
        "  return rules;",
        "};",
    ]
    for kind, entries in written.items():
        inner = ""
        for key, one in entries.items():
            functions = ", ".join(f"{name}: {text}" for name, text in one.functions.items())
            inner += f"  {json.dumps(key)}: {{ {functions} }},\n"
        lines.append(f"export const {kind} = known({{\n{inner}}}, given.rules.{kind});")
    return "\n".join(lines) + "\n"


def facts(written: Rules) -> dict[str, Any]:
    """Return the facts of all rules."""
    return {
        kind: {key: one.facts for key, one in entries.items()} for kind, entries in written.items()
    }


def has_rule(rule: Activation | Loss) -> bool:
    """Return whether a rule can be on the page."""
    try:
        _activation(rule) if isinstance(rule, Activation) else _loss(rule)
    except (UntranslatableError, AttributeError):
        return False
    return True


def _defaults(registry: Mapping[str, Any]) -> Iterator[Any]:
    """Yield every rule with its default settings."""
    for rule in registry.values():
        try:
            yield rule()
        except TypeError:  # a setting without a default: nobody has chosen it
            continue


def _written(
    write: Callable[[Any], Written], rules: Iterable[Any], key: Callable[[Any], str] = spelled
) -> dict[str, Written]:
    """Return rules for the page, by the text that builds them or their names."""
    written: dict[str, Written] = {}
    for rule in rules:
        try:
            written.setdefault(key(rule), write(rule))
        except (UntranslatableError, AttributeError):
            continue
    return written


def _activation(rule: Activation) -> Written:
    setting = rule.kernel_setting(FLOAT)
    z, a = Symbol("z"), Symbol("a")
    facts: dict[str, Any] = {
        "name": rule.name,
        "called": function_name(rule),
        "setting": setting,
        "elementwise": rule.elementwise,
        "identity": rule.is_identity,
        "oneSided": rule.is_one_sided,
        "range": [_plain(bound) for bound in rule.range],
        "kinks": list(rule.kinks),
        "derivativeIn": rule.derivative_in,
        "pros": rule.pros._asdict(),
        "cons": rule.cons._asdict(),
        "definition": _tree(definition(rule, z, units=2)),
        "derivative": _tree(derivative_formula(rule, z, a)),
        "proof": _proof(rule.derivation),
    }
    if rule.elementwise:
        functions = {
            "f": javascript(rule.kernel),  # type: ignore[attr-defined]
            "slope": javascript(rule.kernel_derivative),  # type: ignore[attr-defined]
        }
    else:
        functions = {
            "block": javascript(rule.block_kernel),  # type: ignore[attr-defined]
            "pullBack": javascript(rule.block_kernel_pull_back),  # type: ignore[attr-defined]
        }
    return Written(functions, facts)


def _loss(rule: Loss) -> Written:
    a, y = Symbol("a"), Symbol("y")
    facts = {
        "name": rule.name,
        "title": (rule.title or Text(rule.name, rule.name))._asdict(),
        "setting": rule.kernel_setting(FLOAT),
        "canonical": rule.canonical,
        "outputRange": [_plain(bound) for bound in rule.output_range],
        "targetKind": rule.target_kind,
        "output": rule.output_activation(1),
        "outputOfSeveral": rule.output_activation(2),
        "kinks": list(rule.kinks),
        "pros": rule.pros._asdict(),
        "cons": rule.cons._asdict(),
        "formula": _tree(loss_formula(rule, a, y, 2)),
        "derivative": _tree(loss_derivative_formula(rule, a, y, 2)),
        "proof": _proof(rule.derivation),
        "canonicalProof": _proof(rule.canonical_derivation),
    }
    functions = {
        "value": javascript(rule.kernel),  # type: ignore[attr-defined]
        "slope": javascript(rule.kernel_derivative),  # type: ignore[attr-defined]
    }
    for name, kernel in (
        ("fromZ", "kernel_from_z"),
        ("error", "kernel_error"),
        ("block", "block_kernel"),
    ):
        if hasattr(rule, kernel):
            functions[name] = javascript(getattr(rule, kernel))
    return Written(functions, facts)


def _update(rule: UpdateRule) -> Written:
    functions = {
        "coefficients": javascript(type(rule).coefficients, own="rule"),
        "move": javascript(rule.move),
    }
    functions["coefficients"] = "(rule, t) => (" + functions["coefficients"] + ")(t)"
    facts = {
        "name": rule.name,
        "settings": settings_of(rule),
        "usesSlots": [power != 0 for power in rule.slot_powers],
        "coefficientNames": _unpacked(rule, "c"),
        "slotNames": _unpacked(rule, "slots"),
        "corrections": _corrections(rule),
        "pros": rule.pros and rule.pros._asdict(),
        "cons": rule.cons and rule.cons._asdict(),
        "lines": _lines(definition_of(rule.move)),
        "coefficientLines": _coefficient_lines(rule),
    }
    return Written(functions, facts)


def _rate(rule: RateSchedule) -> Written:
    factor = f"(rule, moment) => ({javascript(type(rule).factor, own='rule')})(moment)"
    facts = {
        "name": rule.name,
        "settings": settings_of(rule),
    }
    return Written({"factor": factor}, facts)


def _needs_no_plateaus(rule: RateSchedule) -> bool:
    """Return whether a schedule goes by the epoch alone; the page looks for no plateaus."""
    return type(rule).reduces_on_plateau is RateSchedule.reduces_on_plateau


def _plain(bound: float) -> float | str:
    """Return a bound as JSON can say it."""
    return bound if abs(bound) != float("inf") else ("Infinity" if bound > 0 else "-Infinity")


def _tree(formula: Expression) -> dict[str, Any]:
    """Return a formula tree as derivation.schema.json describes it, without empty fields."""
    return lean(JsonPage(Style()).formula(formula))


def lean(value: Any) -> Any:
    """Return JSON without the fields that are empty."""
    if isinstance(value, list):
        return [lean(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if key not in UNUSED and not _is_empty(each)}
    if value.get("node") in ("Number", "Constant"):
        kept |= {key: each for key, each in value.items() if key in ("value", "letter")}
    return {key: lean(each) for key, each in kept.items()}


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [])


def _proof(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return the lines of a proof: formula, and why it follows from the line before."""
    return [{"equation": _tree(read(step.latex)), "why": step.why._asdict()} for step in steps]


def _unpacked(rule: UpdateRule, argument: str) -> list[str]:
    """Return the names that `move` gives to its coefficients or slots; "" to a slot not used."""
    for statement in definition_of(rule.move).body:
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=name)):
                if name == argument:
                    return [name.id for name in names if isinstance(name, ast.Name)]
    return []


def _corrections(rule: UpdateRule) -> dict[str, str]:
    """Return the setting β whose 1 − βᵗ corrects a slot's bias, by slot."""
    source = ast.unparse(definition_of(type(rule).coefficients))
    names = _unpacked(rule, "c")
    found = {}
    for line in _lines(definition_of(rule.move)):
        if line["finds"] not in _unpacked(rule, "slots"):
            continue
        text = json.dumps(line["formula"])
        for name in names:
            if f'"letter": "{name}"' in text and f"1 - self.{name} ** t" in source:
                found[line["finds"]] = name
    return found


def _lines(move: ast.FunctionDef) -> list[dict[str, Any]]:
    """Return the assignments of an update as formula trees, the new θ last."""
    lines = []
    for statement in move.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                lines.append({"finds": name, "formula": _formula(value)})
            case ast.Return(value=ast.Tuple(elts=[value, _])):
                lines.append({"finds": "theta", "formula": _formula(value)})
    return lines


def _coefficient_lines(rule: UpdateRule) -> list[dict[str, Any]]:
    """Return how the coefficients come about, where they change from step to step."""
    lines = []
    for statement in definition_of(type(rule).coefficients).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                lines.append({"finds": name, "formula": _formula(value)})
    return lines


def _formula(node: ast.expr) -> dict[str, Any]:
    """Return an expression of an update rule as a formula tree."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return {"node": "Number", "value": value}
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            return {"node": "Symbol", "letter": name, "layer": None, "index": []}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return {"node": "Negative", "of": _formula(operand)}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return {"node": "Sum", "terms": [_formula(left), _formula(right)]}
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            minus = {"node": "Negative", "of": _formula(right)}
            return {"node": "Sum", "terms": [_formula(left), minus]}
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            if ast.dump(left) == ast.dump(right):
                two = {"node": "Number", "value": 2}
                return {"node": "Power", "base": _formula(left), "exponent": two}
            return {"node": "Product", "factors": [_formula(left), _formula(right)]}
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return {"node": "Fraction", "top": _formula(left), "bottom": _formula(right)}
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return {"node": "Power", "base": _formula(left), "exponent": _formula(right)}
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            inner = [_formula(each) for each in arguments]
            return {"node": "Apply", "function": name, "arguments": inner, "primes": 0}
    return {"node": "Word", "text": ast.unparse(node)}
