"""The flow chart of a pass: from the inputs to the loss, and the gradient on its way back."""

import itertools
from collections.abc import Iterator

from clearprop._aligned import padded, width_of
from clearprop._text import Language, Text
from clearprop.derivation.derivation import Listing, Section
from clearprop.derivation.notation import Notation
from clearprop.derivation.rules import function_name

CHART = Text("Flow chart", "流程图")
WHY = Text(
    "Downwards the forward pass; on the right the gradient comes back, from each error term to the"
    " one before it.",
    "自上而下为前向传播；右侧为梯度的回传，每个误差项由后一个得到。",
)
LAYERS = Text("Layer by layer", "逐层")
UNITS = Text("Unit by unit", "逐个神经元")
INPUT, HIDDEN, OUTPUT, LOSS = (
    Text("input {x}", "输入 {x}"),
    Text("hidden layer {l}: {z}", "隐藏层 {l}：{z}"),
    Text("output layer {l}: {z}", "输出层 {l}：{z}"),
    Text("loss {L}", "损失 {L}"),
)
FORWARD, GRADIENT = Text("forward", "前向"), Text("gradient", "梯度")
BACK = Text("the way back", "反向传播路径")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
DRAWN_UNITS = 6
"""A network with a wider layer is drawn layer by layer only."""


def chart_section(n: Notation) -> Section:
    """Return the chart of the layers, and of a small network that of its units."""
    layers = Listing(
        LAYERS,
        Text(*("\n".join(layer_chart(n, lang)) for lang in ("en", "zh"))),
        mermaid=Text(*("\n".join(mermaid_chart(n, lang)) for lang in ("en", "zh"))),
    )
    if max(n.sizes) > DRAWN_UNITS:
        return Section(CHART, (WHY, layers))
    units = Text(*("\n".join(unit_chart(n, lang)) for lang in ("en", "zh")))
    return Section(CHART, (WHY, layers, Listing(UNITS, units)))


def layer_chart(n: Notation, lang: Language) -> Iterator[str]:
    """Yield the lines of boxes from the input to the loss, and the arrow back beside them."""
    boxes = [*_boxes(n, lang)]
    beside = max(width_of(_between(position, n, lang)) for position in range(len(boxes) - 1))
    width = max(max(map(width_of, boxes)) + 2, 2 * beside + 4)
    middle = width // 2
    for position, words in enumerate(boxes):
        first, last = position == 0, position == len(boxes) - 1
        lid = "─" * width if first else "─" * middle + "┴" + "─" * (width - middle - 1)
        foot = "─" * width if last else "─" * middle + "┬" + "─" * (width - middle - 1)
        line, below = _returning(position, len(boxes), n)
        yield f"┌{lid}┐{'' if position < 2 else '  │'}"
        yield f"│ {padded(words, width - 1)}│{line}"
        yield f"└{foot}┘{'  │' if not first and not last else ''}"
        if not last:
            said = _between(position, n, lang)
            gap = width + 1 - middle - width_of(said)
            yield f"{' ' * (middle + 1)}│ {said}{' ' * gap}{below}".rstrip()


def _boxes(n: Notation, lang: Language) -> Iterator[str]:
    yield INPUT.filled(x=_called(n, "x")).translate(lang)
    for layer in range(1, n.depth + 1):
        kind = OUTPUT if layer == n.depth else HIDDEN
        yield kind.filled(l=layer, z=_called(n, "z", layer)).translate(lang)
    yield LOSS.filled(L=_called(n, "L")).translate(lang)


def _between(position: int, n: Notation, lang: Language) -> str:
    if position == 0:
        return FORWARD.translate(lang)
    sign = {"sigma": "σ"}.get(function_name(n.rule(position)), function_name(n.rule(position)))
    return f"{_called(n, 'a', position)} = {sign}({_called(n, 'z', position)})"


def _returning(position: int, count: int, n: Notation) -> tuple[str, str]:
    """Return what stands beside a box, and beside the line below it, of the arrow back."""
    if position == 0:
        return "", ""
    if position == count - 1:
        return "──┘", ""
    gradients = f"∂L/∂W{str(position).translate(RAISED)}, ∂L/∂b{str(position).translate(RAISED)}"
    arrow = "◄─┐" if position == 1 else "◄─┤"
    delta = f"  │ {_called(n, 'delta', position)}"
    return f"{arrow} {gradients}", delta


def _called(n: Notation, letter: str, layer: int | None = None) -> str:
    name = n.names.called(letter, layer)
    name = {"delta": "δ"}.get(name, name)
    if n.is_batch and letter in "xza" and len(name) == 1:
        name = name.upper()
    return name + ("" if layer is None else str(layer).translate(RAISED))


def mermaid_chart(n: Notation, lang: Language) -> Iterator[str]:
    """Yield the same chart for Mermaid."""
    boxes = list(_boxes(n, lang))
    yield "flowchart TD"
    for position, words in enumerate(boxes):
        yield f'  n{position}["{words}"]'
    for position in range(len(boxes) - 1):
        yield f'  n{position} -->|"{_between(position, n, lang)}"| n{position + 1}'
    for position in range(len(boxes) - 1, 1, -1):
        delta = _called(n, "delta", position - 1)
        yield f'  n{position} -.->|"{GRADIENT.translate(lang)} {delta}"| n{position - 1}'


def unit_chart(n: Notation, lang: Language) -> Iterator[str]:
    """Yield a line for every unit, its weights and bias in brackets, and the way back to W1."""
    weight = unit = 0
    before = [f"x{i}" for i in range(1, n.sizes[0] + 1)]
    for layer in range(1, n.depth + 1):
        after = []
        for _ in range(n.sizes[layer]):
            unit += 1
            weights = [f"W{weight + i}" for i in range(1, len(before) + 1)]
            weight += len(before)
            inner = ",".join([*weights, f"b{unit}"])
            after.append(_unit(n, "a", layer, unit))
            sums = _unit(n, "z", layer, unit)
            yield f"{', '.join(before)} → ({inner}) → {sums} → {after[-1]}"
        before = after
    yield f"{', '.join(before)} → {n.names.called('L', None)}"
    yield ""
    yield f"{BACK.translate(lang)}:" if lang == "en" else f"{BACK.translate(lang)}："
    for way in itertools.islice(_ways_back(n), DRAWN_UNITS):
        yield " ← ".join(way)


def _unit(n: Notation, letter: str, layer: int, unit: int) -> str:
    """Return the name of a unit's quantity, counted through, or from 1 if its layer has its own."""
    own = n.names.is_of_layer(letter, layer)
    first = sum(n.sizes[1:layer])
    return f"{n.names.called(letter, layer)}{unit - first if own else unit}"


def _ways_back(n: Notation) -> Iterator[list[str]]:
    """Yield the ways from the loss to the first weight, one for each choice of later units."""
    choices = [range(1, n.sizes[layer] + 1) for layer in range(n.depth, 1, -1)]
    for chosen in itertools.product(*choices):
        way = [n.names.called("L", None)]
        for layer, place in zip(range(n.depth, 1, -1), chosen, strict=True):
            unit = sum(n.sizes[1:layer]) + place
            way += [_unit(n, "a", layer, unit), _unit(n, "z", layer, unit)]
        yield [*way, _unit(n, "a", 1, 1), _unit(n, "z", 1, 1), "W1"]
