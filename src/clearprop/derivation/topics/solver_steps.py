"""Steps of an update rule by hand: momentum, RMSprop, Adam, with their memory from step to step."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from clearprop._registry import settings_of, spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.derivation.derivation import Item, Section
from clearprop.derivation.expression import Equation, Expression, Symbol
from clearprop.derivation.latex_reader import read
from clearprop.derivation.notation import Notation
from clearprop.derivation.rewriting import rewrite
from clearprop.derivation.scope import Scope
from clearprop.derivation.steps import Step
from clearprop.updates import UpdateRule

STEPS = Text("{solver}: step {t} by hand", "{solver}：手算第 {t} 步")
BEGIN = Text(
    "The rule remembers {memory} for every weight and bias, 0 before the first step. Everything is"
    " done entry by entry.",
    "该方法为每个权重和偏置记住 {memory}，第一步之前为 0。一切运算均逐元素进行。",
)
MEMORY = Text(" and ", " 与 ")
GRADIENT = Text("{name}: gradient in step {t}", "{name}：第 {t} 步的梯度")
GRADIENT_WHY = Text("backpropagation at the present parameters", "在当前参数处做反向传播")
LINE = Text("{name}: {letter} of step {t}", "{name}：第 {t} 步的 {letter}")
LOSS = Text("Loss after step {t}", "第 {t} 步之后的损失")
LOSS_WHY = Text("the forward pass with the new parameters", "用新参数再做一次前向传播")
SHOWN = {"theta": "θ", "mhat": "m̂", "vhat": "v̂"}

LossAndGradient = Callable[[FloatArray], tuple[float, FloatArray]]
"""From the flat parameters to L and its gradient."""


def solver_sections(
    n: Notation,
    scope: Scope,
    rule: UpdateRule,
    steps: int,
    theta: FloatArray,
    question: LossAndGradient,
) -> Iterator[Section]:
    """Yield a section for every step; `scope` says for which weights or biases."""
    coefficients = rule.coefficients(np.arange(1, steps + 1))
    slots = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, steps + 1):
        _, g = question(theta)
        after, new_slots = rule.move(theta, g, slots, tuple(coefficients[t - 1]))
        state = {"theta": (theta, after), "g": (g, g)}
        for letter, old, new in zip(rule.slot_letters, slots, new_slots, strict=True):
            if letter:
                state[letter] = (old, new)
        items: list[Item] = [_begin(rule)] if t == 1 and any(rule.slot_letters) else []
        for name, place in _parts(n, scope):
            items += _lines(rule, t, name, {k: (a[place], b[place]) for k, (a, b) in state.items()})
        theta, slots = after, new_slots
        items.append(_loss(n, t, question(theta)[0]))
        yield Section(STEPS.filled(solver=spelled(rule), t=t), tuple(items))


def _begin(rule: UpdateRule) -> Text:
    letters = [letter for letter in rule.slot_letters if letter]
    return BEGIN.filled(memory=Text(*(one.join(letters) for one in MEMORY)))


def _loss(n: Notation, t: int, loss: float) -> Step:
    new = Symbol(f"L_{t}")
    bindings = {new.whole: loss}
    return Step(LOSS.filled(t=t), LOSS_WHY, Equation((new,)), bindings, phase="update")


def _parts(n: Notation, scope: Scope) -> Iterator[tuple[str, npt.NDArray[np.int64]]]:
    """Yield the name of each array (or entry) and where it stands in the flat vector, as rows."""
    places = Parameters(n.sizes, np.arange(sum((a + 1) * b for a, b in _pairs(n)), dtype=float))
    for layer in range(n.depth, 0, -1):
        for kind in "Wb":
            wanted = scope.kind not in ("W", "b") or (scope.kind, scope.layer) == (kind, layer)
            if not wanted:
                continue
            index = np.atleast_2d(places[f"{kind}{layer}"]).astype(int)
            name = f"{kind}{layer}"
            if scope.index:
                inner = scope.index if kind == "W" else (0, *scope.index)
                index = index[inner]
                name += f"[{','.join(map(str, scope.index))}]"
            yield name, index


def _pairs(n: Notation) -> Iterator[tuple[int, int]]:
    return zip(n.sizes[:-1], n.sizes[1:], strict=True)


def _lines(
    rule: UpdateRule, t: int, name: str, state: dict[str, tuple[FloatArray, FloatArray]]
) -> Iterator[Step]:
    """Yield the gradient and the lines of one array's step; the numbers are the rule's own."""
    bindings: dict[str, object] = {"t": t}
    letters = {"learning_rate": "eta", "decay": "rho", "momentum": "mu", "weight_decay": "lambda"}
    for setting, value in settings_of(rule).items():
        bindings[letters.get(setting, setting.replace("_", ""))] = value
    for letter, (before, after) in state.items():
        bindings |= {f"{letter}_{t - 1}": before, f"{letter}_{t}": after}
    g = Symbol(f"g_{t}")
    title = GRADIENT.filled(name=name, t=t)
    yield Step(title, GRADIENT_WHY, Equation((g,)), bindings, phase="update")
    for line in rule.equations():
        equation = at_step(read(line.latex), t)
        quantity = equation.parts[0]
        assert isinstance(quantity, Symbol)
        if quantity.name not in bindings:  # a quantity between, such as m̂
            bindings[quantity.name] = equation.parts[-1].evaluate(bindings)
        letter = quantity.letter.partition("_")[0]
        said = LINE.filled(name=name, letter=SHOWN.get(letter, letter), t=t)
        yield Step(said, line.why, equation, bindings, phase="update")


def at_step(equation: Equation, t: int) -> Equation:
    """Return a line for one step: m of t − 1 is m₀ in the first, β₁ is one setting's symbol."""

    def numbered(part: Expression) -> Expression | None:
        if not isinstance(part, Symbol):
            return None
        index = "".join(map(str, part.index))
        if re.fullmatch(r"t(-1)?", index):
            return Symbol(f"{part.letter}_{t - 1 if '-' in index else t}")
        if part.letter == "t":
            return Symbol("t")
        return Symbol(part.letter + index) if index.isdecimal() else None

    return Equation(tuple(rewrite(part, numbered) for part in equation.parts))
