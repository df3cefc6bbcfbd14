"""One weight, bias, unit or input: its chains of local derivatives, summed over their paths."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop.derivation.derivation import Section
from clearprop.derivation.expression import (
    Derivative,
    Equation,
    Expression,
    Number,
    Product,
    Sum,
    Symbol,
)
from clearprop.derivation.figures import figure
from clearprop.derivation.notation import Notation
from clearprop.derivation.numbering import counted
from clearprop.derivation.paths import Path, Place, Ways, strongest
from clearprop.derivation.rules import application
from clearprop.derivation.scope import Scope
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.backward import back_entry

PATHS = Text("Paths from {name} to the loss", "从 {name} 到损失的路径")
HOW_MANY = Text(
    "{name} reaches the loss along {count} paths: one through each choice of a unit in every later"
    " layer. Along a path the local derivatives multiply; the paths add up.",
    "{name} 到损失共有 {count} 条路径：在其后的每一层各选一个神经元即得一条。"
    "同一路径上的局部导数相乘，不同路径相加。",
)
ONE_PATH = Text("{name} reaches the loss along a single path.", "{name} 到损失只有一条路径。")
OVER_SAMPLES = Text(
    " Every sample has its own; {samples} samples make {all} paths.",
    "每个样本各有自己的路径；{samples} 个样本共 {all} 条。",
)
DEAD = Text("It contributes nothing: a factor on it is 0.", "它没有贡献：其中有因子为 0。")
ALL_DEAD = Text(
    "No path contributes anything: on each of them some factor is 0. One of them:",
    "没有任何路径有贡献：每条路径上都有某个因子为 0。其中一条：",
)
PATH = Text("Path {number}: {way}", "路径 {number}：{way}")
PATH_WHY = Text(
    "chain rule along the path; {share} of the sum of all absolute contributions",
    "沿路径用链式法则；占全部贡献绝对值之和的 {share}",
)
IN_SAMPLE = Text(" (sample {sample})", "（样本 {sample}）")
SUM = Text("Sum over the paths", "对路径求和")
SUM_WHY = Text(
    "the contributions of all paths add up to the gradient", "所有路径的贡献之和就是梯度"
)
REST_WHY = Text(
    "the contributions of all paths add up to the gradient; R is what the paths that are not listed"
    " add up to, found without walking them",
    "所有路径的贡献之和就是梯度；R 是未列出路径的贡献之和，无需逐条计算",
)
REST_IS_DEAD = Text(
    "{count} more contribute nothing: on each of them some factor is 0.",
    "另有 {count} 条没有贡献：每条路径上都有某个因子为 0。",
)
COVERED = Text(
    "The {listed} listed paths are the strongest of {count} and cover {share} of the sum of all"
    " absolute contributions.",
    "列出的 {listed} 条路径是 {count} 条中最强的，覆盖全部贡献绝对值之和的 {share}。",
)
CHECK = Text(
    "Check: all paths add up to {paths}; the engine's gradient is {engine}; they differ by"
    " {difference}.",
    "核对：所有路径之和为 {paths}；引擎给出的梯度为 {engine}；相差 {difference}。",
)
FACTORED = Text("Common factors taken out", "提出公因子")
FACTORED_WHY = Text(
    "all paths share their first steps; what is in the brackets is shared with every other weight"
    " of the unit, which is why backpropagation computes it once",
    "所有路径的前几步相同；括号内的部分为该神经元的所有权重共用，因此反向传播只算一次",
)
NOT_FINITE = Text(
    "The gradient is not finite, so there is nothing to divide among paths.",
    "梯度不是有限数，无法分解到各条路径。",
)

LISTED = 10
"""So many paths are written out; of more, the strongest."""


@dataclass(frozen=True)
class Target:
    """The quantity that the chains lead to, and the place that its paths leave from.

    Attributes
    ----------
    symbol : Symbol
        The quantity.
    place : Place
        The weighted sum, activation or input through which it reaches the loss.
    scope : Scope
        The request that it answers.
    """

    symbol: Symbol
    place: Place
    scope: Scope

    @staticmethod
    def of(n: Notation, scope: Scope) -> "Target":
        """Return the target of a scope that names one weight, bias, unit or input."""
        layer, unit = scope.layer, scope.index[-1]
        if scope.kind == "W":
            return Target(n.W(layer)[scope.index], Place("z", layer, unit), scope)
        if scope.kind == "b":
            return Target(n.bias(layer, unit), Place("z", layer, unit), scope)
        kind = "a" if scope.kind in ("x", "a") else "z"
        whole = n.a(layer) if kind == "a" else n.z(layer)
        return Target(whole, Place(kind, layer, unit), scope)

    @property
    def is_parameter(self) -> bool:
        """True for a weight or a bias, so that samples add up and an input comes before."""
        return self.scope.kind in ("W", "b")


def paths_section(n: Notation, scope: Scope, sample: int = 0) -> Section:
    """Return the paths of one weight, bias, unit or input, their sum and the check of it."""
    target = Target.of(n, scope)
    name = f"{scope.kind}{scope.layer or ''}[{','.join(map(str, scope.index))}]"
    title = PATHS.filled(name=name)
    ways = ways_of(n, target, sample)
    if not np.isfinite(sum(one.together for one in ways)):
        return Section(title, (NOT_FINITE,))
    listed = strongest(ways, LISTED)
    count = sum(one.count for one in ways)
    items: list[Step | Text] = [_how_many(name, ways)]
    together = sum(one.together for one in ways)
    if not together:
        items.append(DEAD if count == 1 else ALL_DEAD)
    items += [
        _path_step(n, target, number, path, together) for number, path in enumerate(listed, 1)
    ]
    if count > 1 and together:
        items += _together(n, target, listed, ways, sample)
    items.append(_check(n, target, ways, sample))
    if count > 1:
        items += _factored(n, target, sample)
    return Section(title, tuple(items))


def _together(
    n: Notation, target: Target, listed: list[Path], ways: list[Ways], sample: int
) -> Iterator[Step | Text]:
    """Yield the sum over the paths, and how much of it is listed."""
    count = sum(one.count for one in ways)
    complete = len(listed) < LISTED or count == LISTED
    yield _sum_step(n, target, listed, None if complete else ways, sample)
    if not complete:
        covered = sum(abs(path.contribution) for path in listed) / sum(one.together for one in ways)
        yield COVERED.filled(listed=len(listed), count=_many(count), share=_percent(covered))
    elif count > len(listed):
        yield REST_IS_DEAD.filled(count=_many(count - len(listed)))


def ways_of(n: Notation, target: Target, sample: int) -> list[Ways]:
    """Return the ways of every sample that takes part, a weight's input as their factor."""
    if not target.is_parameter:
        return [Ways(n.trace, sample, target.place)]
    record, scope = n.layer(target.scope.layer), target.scope
    share = n.trace.share[:, 0]
    factors = share * (record.a_previous[:, scope.index[0]] if scope.kind == "W" else 1.0)
    return [Ways(n.trace, s, target.place, float(factors[s])) for s in range(n.samples)]


def _how_many(name: str, ways: list[Ways]) -> Text:
    count = ways[0].count
    text = ONE_PATH if count == 1 else HOW_MANY
    text = text.filled(name=name, count=_many(count))
    if len(ways) == 1:
        return text
    more = OVER_SAMPLES.filled(samples=len(ways), all=_many(count * len(ways)))
    return Text(text.en + more.en, text.zh + more.zh)


def _many(count: int) -> str:
    return f"{count:,}" if count < 10**9 else f"{float(count):.3g}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _path_step(n: Notation, target: Target, number: int, path: Path, together: float) -> Step:
    """Return what one path contributes: derivatives, what they are, their numbers."""
    slopes, factors = zip(*links(n, target, path), strict=True)
    part = _share(n, path.sample) if target.is_parameter else None
    share = [] if part is None else [part]
    n.bindings[f"P{number}"] = path.contribution
    way = " → ".join([*_stations(n, target, path), "L"])
    where = IN_SAMPLE.filled(sample=counted(path.sample)) if n.is_batch else Text("", "")
    of_all = abs(path.contribution) / together if together else 0.0
    return Step(
        PATH.filled(number=number, way=Text(way + where.en, way + where.zh)),
        PATH_WHY.filled(share=_percent(of_all)),
        Equation((
            Symbol(f"P{number}"),
            _product([*share, *slopes]),
            _product([*share, *factors]),
        )),
        n.bindings,
        phase="backward",
    )  # fmt: skip


def _share(n: Notation, sample: int) -> Expression | None:
    """Return the share of a sample in L, where there are several."""
    return n.c[sample] if n.is_weighted else n.share()


def _product(factors: list[Expression]) -> Expression:
    """Return one product of all factors; a link of two derivatives counts as two of them."""
    flat = [
        part
        for factor in factors
        for part in (
            factor.factors
            if isinstance(factor, Product) and isinstance(factor.factors[0], Derivative)
            else (factor,)
        )
    ]
    return flat[0] if len(flat) == 1 else Product(tuple(flat))


def _stations(n: Notation, target: Target, path: Path) -> Iterator[str]:
    """Yield the names of what a path passes: ``x[0]``, ``z1[2]``, ``a1[2]``."""
    scope = target.scope
    if scope.kind == "W":
        yield f"{'x' if scope.layer == 1 else f'a{scope.layer - 1}'}[{counted(scope.index[0])}]"
    if scope.kind == "b":
        yield f"b{scope.layer}[{counted(scope.index[0])}]"
    for place in path.places:
        letter = f"{place.kind}{place.layer}" if place.layer else n.a(0).letter
        yield f"{letter}[{counted(place.unit)}]"
    yield (
        f"a{n.depth}[{counted(path.places[-1].unit)}]" if _ends_in_one_output(n) else f"a{n.depth}"
    )


def _ends_in_one_output(n: Notation) -> bool:
    return n.rule(n.depth).elementwise


def links(n: Notation, target: Target, path: Path) -> Iterator[tuple[Expression, Expression]]:
    """Yield every derivative along a path, from the loss down, and the formula that it is."""
    symbols = [_symbol(n, place, path.sample) for place in path.places]
    yield from _end(n, path)
    for (before, after), place in zip(
        reversed(list(itertools.pairwise(symbols))), reversed(path.places[1:]), strict=True
    ):
        yield _link(n, before, after, place, path)
    if not target.is_parameter:
        return
    factor: Expression = Number(1)
    if target.scope.kind == "W":
        factor = n.unit(n.a(target.scope.layer - 1), target.scope.index[0], path.sample)
    slope = Derivative(symbols[0], target.symbol)
    n.bindings[slope.name] = float(np.squeeze(factor.evaluate(n.bindings)))
    yield slope, factor


def _symbol(n: Notation, place: Place, sample: int) -> Symbol:
    whole = n.a(place.layer) if place.kind == "a" else n.z(place.layer)
    return n.unit(whole, place.unit, sample)


def _end(n: Notation, path: Path) -> Iterator[tuple[Expression, Expression]]:
    """Yield the derivatives from the loss to the weighted sum at which a path ends."""
    k, sample = path.places[-1].unit, path.sample
    loss = n.loss[sample] if n.is_batch else n.loss
    z, a = n.unit(n.z(n.depth), k, sample), n.unit(n.a(n.depth), k, sample)
    rule, delta = n.rule(n.depth), n.unit(n.delta(n.depth), k, sample)
    if not rule.elementwise:
        yield Derivative(loss, z), delta
        return
    inner = Derivative(a, z)
    n.bindings[inner.name] = float(n.layer(n.depth).local_derivative[sample, k])
    if n.shortcut and n.trace.loss.is_canonical_with(rule):
        yield Derivative(loss, a) * inner, delta
        return
    yield Derivative(loss, a), Derivative(loss, a)
    yield inner, application(rule, z, primes=1)


def _link(
    n: Notation, before: Symbol, after: Symbol, place: Place, path: Path
) -> tuple[Expression, Expression]:
    """Return ∂after/∂before and its formula: a weight, or the slope of an activation."""
    slope = Derivative(after, before)
    position = path.places.index(place) - 1
    unit = path.places[position].unit
    formula: Expression
    if place.kind == "z":
        formula = n.W(place.layer)[unit, place.unit]
    elif n.rule(place.layer).elementwise:
        formula = application(n.rule(place.layer), before, primes=1)
        mask = n.mask(place.layer)
        if mask is not None:
            formula = n.unit(mask, unit, path.sample) * formula
    else:
        own = n.unit(n.a(place.layer), unit, path.sample)
        formula = after * (1 - own) if unit == place.unit else -(after * own)
    n.bindings[slope.name] = float(np.squeeze(formula.evaluate(n.bindings)))
    return slope, formula


def _gradient(n: Notation, target: Target, sample: int) -> Derivative:
    if target.is_parameter:
        return n.gradient(target.symbol)
    loss = n.loss[sample] if n.is_batch else n.loss
    return Derivative(loss, _symbol(n, target.place, sample))


def engine_gradient(n: Notation, target: Target, sample: int) -> float:
    """Return what the engine's backward pass found for a target."""
    return float(np.squeeze(_gradient(n, target, sample).evaluate(n.bindings)))


def _sum_step(
    n: Notation, target: Target, listed: list[Path], others: list[Ways] | None, sample: int
) -> Step:
    """Return gradient = P₁ + P₂ + …, with R for what the `others` hold that is not listed."""
    terms: list[Expression] = [Symbol(f"P{number}") for number in range(1, len(listed) + 1)]
    if others is not None:
        all_of_them = sum(one.total for one in others)
        n.bindings["R"] = all_of_them - sum(path.contribution for path in listed)
        terms.append(Symbol("R"))
    formula = Equation((
        _gradient(n, target, sample),
        Sum(tuple(terms)) if len(terms) > 1 else terms[0],
    ))  # fmt: skip
    why = SUM_WHY if others is None else REST_WHY
    return Step(SUM, why, formula, n.bindings, phase="backward")


def _check(n: Notation, target: Target, ways: list[Ways], sample: int) -> Text:
    total = sum(one.total for one in ways)
    engine = engine_gradient(n, target, sample)
    return CHECK.filled(
        paths=figure(total, 17), engine=figure(engine, 17), difference=f"{abs(total - engine):.1e}"
    )


def _factored(n: Notation, target: Target, sample: int) -> Iterator[Step]:
    """Yield the gradient with the factors that all paths share taken out of their sum."""
    layer, unit = target.place.layer, target.place.unit
    hidden = 0 < layer < n.depth and n.rule(layer).elementwise and target.place.kind == "z"
    if not hidden or n.is_batch:
        return
    slope = application(n.rule(layer), n.unit(n.z(layer), unit, sample), primes=1)
    factors = [back_entry(n, layer, unit, sample), slope]
    mask = n.mask(layer)
    if mask is not None:
        factors.insert(1, n.unit(mask, unit, sample))
    if target.scope.kind == "W":
        factors.append(n.unit(n.a(layer - 1), target.scope.index[0], sample))
    formula = Equation((_gradient(n, target, sample), Product(tuple(factors))))
    yield Step(FACTORED, FACTORED_WHY, formula, n.bindings, phase="backward")
