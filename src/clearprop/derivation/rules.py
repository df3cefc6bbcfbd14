"""The formulas of an activation or a loss, written with the symbols of a layer."""

from collections.abc import Mapping
from dataclasses import replace

from clearprop._errors import invalid_argument
from clearprop._registry import settings_of, spelled
from clearprop._text import Text
from clearprop.activations import Activation
from clearprop.derivation.expression import Apply, Expression, Number, Sigma, Symbol
from clearprop.derivation.latex_reader import read
from clearprop.derivation.rewriting import at, rewrite
from clearprop.losses import Loss
from clearprop.network.network import Network


def check_formulas(network: Network) -> None:
    """Refuse a network with a rule that was written for training only.

    Raises
    ------
    InputError
        If an activation or the loss states no formula of its own or of its derivative.
    """
    for rule in (*(layer.activation for layer in network.layers), network.loss_rule):
        missing = [name for name in ("latex", "latex_derivative") if not hasattr(rule, name)]
        if missing:
            why = "it states no formula to derive with."
            raise invalid_argument("rule", rule.name, why, f"its {missing[0]}, as built-in rules.")


def function_name(rule: Activation) -> str:
    """Return what the rule calls its function, from the left side of its definition."""
    head = read(rule.latex).parts[0]
    return head.function if isinstance(head, Apply) else rule.name


def application(rule: Activation, z: Expression, primes: int = 0) -> Apply:
    """Return f(z), or f′(z) with one prime, evaluated by the rule itself."""
    return Apply(function_name(rule), (z,), primes, rule)


def definition(rule: Activation, z: Symbol, units: int = 1) -> Expression:
    """Return the right side of the rule's definition, at `z`.

    For softmax it is that of unit j, with `z` the layer's sums and k running over its `units`.
    """
    formula = substituted(read(rule.latex).parts[-1], {"z": z, **_settings(rule)}, rule)
    return rewrite(
        formula, lambda part: replace(part, size=units) if isinstance(part, Sigma) else None
    )


def derivative_formula(rule: Activation, z: Expression, a: Expression) -> Expression:
    """Return the right side of f′(z), with the activation `a` wherever the rule writes f(z)."""
    formula = read(rule.latex_derivative).parts[-1]
    own = function_name(rule)

    def activation(part: Expression) -> Expression | None:
        return a if isinstance(part, Apply) and (part.function, part.primes) == (own, 0) else None

    return substituted(rewrite(formula, activation), {"z": z, "a": a, **_settings(rule)}, rule)


def loss_formula(
    loss: Loss, a: Symbol, y: Symbol, outputs: int, sample: int | str | None = None
) -> Expression:
    """Return the right side of the loss's definition for the outputs `a` and targets `y`.

    With a `sample` the entries carry it as their first index; a single output carries none.
    """
    return _of_outputs(read(loss.latex).parts[-1], loss, a, y, outputs, sample)


def loss_derivative_formula(
    loss: Loss, a: Symbol, y: Symbol, outputs: int, sample: int | str | None = None
) -> Expression:
    """Return the right side of ∂L/∂aₖ; the index letter of the output is k."""
    return _of_outputs(read(loss.latex_derivative).parts[-1], loss, a, y, outputs, sample)


def loss_name(loss: Loss) -> Text:
    """Return what a loss is called: the name to type, and in Chinese what courses call it."""
    typed = spelled(loss)
    return Text(typed, typed if loss.title is None else f"{loss.title.zh} {typed}")


def _settings(rule: Activation | Loss) -> Mapping[str, Expression]:
    """Return the rule's settings by the letters of its LaTeX: the first letter of each name."""
    return {name[0]: Number(value) for name, value in settings_of(rule).items()}


def substituted(
    formula: Expression, meanings: Mapping[str, Expression], rule: Activation | None = None
) -> Expression:
    """Return the formula with symbols replaced; an index letter stays on what replaces it."""

    def meant(part: Expression) -> Expression | None:
        if isinstance(part, Symbol) and part.layer is None and part.letter in meanings:
            new = meanings[part.letter]
            indexed = part.index and isinstance(new, Symbol)
            return Symbol(new.letter, new.layer, (*new.index, *part.index)) if indexed else new  # type: ignore[union-attr]
        if isinstance(part, Apply) and rule is not None and part.function == function_name(rule):
            inner = tuple(rewrite(one, meant) for one in part.arguments)
            return Apply(part.function, inner, part.primes, rule)
        return None

    return rewrite(formula, meant)


def _of_outputs(
    formula: Expression, loss: Loss, a: Symbol, y: Symbol, outputs: int, sample: int | str | None
) -> Expression:
    def output(part: Expression) -> Expression | None:
        if isinstance(part, Sigma):
            if outputs == 1:
                return rewrite(at(part.body, {"k": 0}), output)
            return Sigma(part.index, rewrite(part.body, output), outputs)
        if isinstance(part, Symbol) and part.letter in ("a", "y", "r") and part.index:
            index = part.index if sample is None else (sample, *part.index)
            if outputs == 1:
                index = () if sample is None else (sample, 0)
            if part.letter == "r":
                return _at_index(a, index) - _at_index(y, index)
            return _at_index(a if part.letter == "a" else y, index)
        return None

    return substituted(rewrite(formula, output), _settings(loss))


def _at_index(symbol: Symbol, index: tuple[int | str | None, ...]) -> Symbol:
    return Symbol(symbol.letter, symbol.layer, index)
