"""`general`: backpropagation of any layer l, in letters: n units after m, entries and matrices."""

from collections.abc import Iterator, Mapping

from clearprop._text import Language, Text
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.derivation.derivation import (
    Cell,
    Derivation,
    Letters,
    Line,
    Lines,
    Section,
    Table,
)
from clearprop.derivation.expression import (
    Apply,
    Derivative,
    Differentiate,
    Entries,
    Equation,
    Expression,
    Fraction,
    Hadamard,
    MatrixProduct,
    Number,
    Product,
    Shaped,
    Sigma,
    Sum,
    Symbol,
    Word,
)
from clearprop.derivation.naming import Names
from clearprop.derivation.printers import FORMS
from clearprop.derivation.rewriting import Convention
from clearprop.derivation.rules import application, derivative_formula, function_name
from clearprop.derivation.style import Style
from clearprop.derivation.topics import error_term, validation

TITLE = Text(
    "Backpropagation of any layer l: n units in layer l, m in layer l − 1",
    "一般第 l 层的反向传播：第 l 层有 n 个神经元，第 l − 1 层有 m 个",
)
SYMBOLS = Text("Symbols and shapes", "符号与形状")
FORWARD = Text("Forward pass", "前向传播")
LOSS = Text("Loss", "损失函数")
BACKWARD = Text("Backward pass", "反向传播")
GRADIENT = Text("Gradients", "梯度")
FLOW = Text("The flow of the backward pass", "反向传播的流程")
UPDATE = Text("Update, and the next round", "参数更新与下一轮")

HEADER = (Text("symbol", "符号"), Text("meaning", "含义"), Text("shape", "形状"))
MEANINGS: tuple[tuple[str, str | None, Text, tuple[str, str]], ...] = (
    ("a", "l-1", Text("activations of the layer below, which are the inputs of layer l",
                      "上一层的激活值，即第 l 层的输入"), ("1", "m")),
    ("W", "l", Text("weights of layer l", "第 l 层的权重 (Weights)"), ("m", "n")),
    ("b", "l", Text("biases of layer l", "第 l 层的偏置 (Bias)"), ("1", "n")),
    ("z", "l", Text("weighted sums, before the activation function",
                    "线性加权和（未经过激活函数）"), ("1", "n")),
    ("a", "l", Text("activations of layer l (hidden states)", "第 l 层的激活值（隐藏层输出）"),
     ("1", "n")),
    ("delta", "l", Text("error term of layer l: ∂L/∂z", "第 l 层的误差项：∂L/∂z"), ("1", "n")),
)  # fmt: skip
LAYER = Text("l counts the layers; it is the layer looked at", "l 表示当前神经网络的层数")
FUNCTION = Text("activation function, applied to each entry", "激活函数 (Activation function)")

ONE_UNIT = Text("One unit at a time", "逐个神经元")
WHOLE_LAYER = Text("The whole layer at once", "整层的矩阵形式")
UNIT_SUM = Text(
    "unit 1 adds up its weighted inputs and its bias", "神经元 1：输入加权求和，再加偏置"
)
UNIT_N = Text("unit n likewise, with its own weights", "神经元 n 同理，用自己的权重")
ANY_UNIT = Text("any unit i; j counts the inputs", "任一神经元 i；j 遍历输入")
ACTIVATED = Text("the activation function is applied to it", "再经过激活函数")
MATRIX = Text("all n sums are one matrix product", "n 个加权和合成一个矩阵乘积")
MATRIX_SHORT = Text("the same in letters for whole matrices", "同一式用矩阵字母写出")
LOSS_LINE = Text("half the squared error over the outputs", "均方误差（MSE），对输出求和")

OUTPUT = Text("The output layer: δ of unit 1", "输出层：神经元 1 的误差项 δ")
CHAIN = Text(
    "chain rule: z₁ reaches L through its own activation", "链式法则：z₁ 只经自己的激活值影响 L"
)
CONSTANT = Text(
    "the terms of the other outputs do not contain a₁: they are constant, their derivative is 0",
    "其余各项不含 a₁，视为已知常数，偏导为 0",
)
EXPANDED = Text("multiply the square out", "展开平方")
DIFFERENTIATED = Text(
    "a² has the derivative 2a, −ya has −y, y² has 0",
    "a² 的导数为 2a，−ya 的导数为 −y，y² 的导数为 0",
)
SLOPE = Text("the activation function's own derivative", "激活函数自身的导数")
ANY_OUTPUT = Text("so for every output i", "对每个输出 i 都如此")
ALL_OUTPUTS = Text("all outputs at once", "全部输出")

BELOW = Text(
    "The layer below: δ of one unit from all δ above", "上一层：由本层全部 δ 求一个神经元的 δ"
)
PATHS_ADD = Text(
    "unit j of layer l − 1 reaches L through every unit i of layer l; the ways add up",
    "第 l − 1 层的神经元 j 经第 l 层的每个神经元 i 影响 L；各路相加",
)
LOCAL_LINKS = Text(
    "zᵢ takes aⱼ with the weight between them; aⱼ = f(zⱼ)",
    "zᵢ 以两者间的权重使用 aⱼ；而 aⱼ = f(zⱼ)",
)
COMMON_FACTOR = Text("f′ does not depend on i", "f′ 与 i 无关，提出")
WITH_FUNCTION = Text("for this activation function", "对此激活函数")
AS_MATRIX = Text(
    "the sums over i are a product with the transposed weights", "对 i 的求和就是与转置权重矩阵相乘"
)

FACTORS = Text("What each factor is", "各因子的含义")
FACTOR_HEADER = (Text("factor", "因子"), Text("what it is", "说明"), Text("shape", "维度"))
FACTOR_TEXTS = (
    Text("error term of the layer below: what is looked for", "第 l − 1 层的误差项向量：所求"),
    Text("transposed weights of layer l", "第 l 层权重矩阵的转置"),
    Text("error term of layer l, known already", "第 l 层已计算出的误差项向量"),
    Text("Hadamard product: entry times entry", "Hadamard 积：元素对应相乘"),
    Text("derivative of the activation function at the sums of layer l − 1",
         "第 l − 1 层激活函数对线性输入的导数"),
)  # fmt: skip
CHECK = Text("Dimension check", "维度对齐验证")
PRODUCT_FITS = Text(
    "inner numbers agree, the outer ones stay; the result has the shape of f′, so ⊙ is possible",
    "内侧相同、外侧保留；结果与 f′ 同形，可以作 Hadamard 积",
)
WEIGHTS_FIT = Text("the gradient has the shape of the weights", "梯度与权重同形")

OF_WEIGHTS = Text("Gradients of the weights and biases of layer l", "第 l 层权重与偏置的梯度")
ONE_WEIGHT = Text(
    "the weight from input j to unit i multiplies aⱼ", "从输入 j 到神经元 i 的权重乘的是 aⱼ"
)
COLLECTED = Text("all m · n of them, each its input times its"
" unit's δ: collected in a matrix, they are a product",
                 "共 m · n 个，每个都是“输入 × 本神经元的 δ”：排成矩阵就是一个乘积")  # fmt: skip
ONE_BIAS = Text("a bias is added as it is: ∂z/∂b = 1", "偏置直接相加：∂z/∂b = 1")
FLOW_WHY = Text("from the loss down, layer by layer; each δ gives the gradients of its layer",
                "由损失逐层向下；每个 δ 给出本层的梯度")  # fmt: skip
DESCENT = Text(
    "gradient descent, with the learning rate η, in every layer", "梯度下降，学习率 η，对每一层"
)
ROUND = Text(
    "With the new weights and biases the next round begins: forward pass, loss, backward pass,"
    " update. The first W are drawn at random, the first b are usually 0.",
    "用更新后的 W、b 进入下一轮：前向传播、损失、反向传播、"
    "更新。循环开始之前，W 取随机初值，b 通常取 0。",
)

A, Z, W, B = Symbol("a", "l"), Symbol("z", "l"), Symbol("W", "l"), Symbol("b", "l")
DELTA, L, ETA, Y = Symbol("delta", "l"), Symbol("L"), Symbol("eta"), Symbol("y")
A_BELOW, Z_BELOW, DELTA_BELOW = Symbol("a", "l-1"), Symbol("z", "l-1"), Symbol("delta", "l-1")
DOTS = Word("⋯")


def general(
    activation: str | Activation | None = None,
    *,
    lang: Language = "en",
    convention: Convention = "column",
    names: Mapping[str, str] | None = None,
) -> Derivation:
    """Return the derivation of any layer l in letters: no numbers, n units in it and m below.

    Parameters
    ----------
    activation : str or Activation, optional
        The activation function, whose derivative is then written out; f without it.
    lang : {"en", "zh"}, default="en"
        The language of the sentences.
    convention : {"row", "column"}, default="column"
        z = a W + b with one sample a row, or z = W a + b with one sample a column.
    names : mapping of str to str, optional
        What the course calls its quantities: ``{"a": "h"}``.

    Returns
    -------
    Derivation

    Examples
    --------
    >>> print(str(general("sigmoid")).splitlines()[0])
    Backpropagation of any layer l: n units in layer l, m in layer l − 1
    """
    rule = None if activation is None else ACTIVATIONS.make(activation)
    style = Style(lang, convention, names=Names.of(names), first_index=1)
    return Derivation(TITLE, tuple(_sections(rule)), None, FORMS, style)


def _sections(rule: Activation | None) -> Iterator[Section]:
    yield Section(SYMBOLS, (_symbols(rule), *error_term.names_of_delta()))
    yield Section(FORWARD, (_unit_forward(rule), _layer_forward(rule)))
    loss = Equation((L, Fraction(Number(1), Number(2)) * Sigma("i", (Y["i"] - A["i"]) ** 2)))
    yield Section(LOSS, (Lines(LOSS, (Line(loss, LOSS_LINE),), turns=True),))
    yield Section(BACKWARD, (_output(rule), _below(rule), _factors(rule), _dimensions(rule)))
    yield Section(GRADIENT, (_gradients(),))
    yield Section(FLOW, (FLOW_WHY, _flow()))
    yield Section(UPDATE, (_update(), ROUND))
    yield validation.training_section()


def _f(rule: Activation | None, z: Symbol, primes: int = 0) -> Apply:
    """Return f(z) of the activation function, or of one that is only called f."""
    if rule is None or not rule.elementwise:
        return Apply("f", (z,), primes)
    return application(rule, z, primes)


def _slope(rule: Activation | None, z: Symbol, a: Symbol) -> Expression:
    """Return f′ written in the activation where the rule does so, else f′(z)."""
    if rule is None or not rule.elementwise or rule.derivative_in != "a":
        return _f(rule, z, primes=1)
    return derivative_formula(rule, z, a)


def _symbols(rule: Activation | None) -> Table:
    name = "f" if rule is None else function_name(rule)
    rows: list[tuple[Cell, ...]] = [(Word("l"), LAYER, Text("", ""))]
    rows += [
        (Symbol(letter, layer), meaning, Letters(*shape))
        for letter, layer, meaning, shape in MEANINGS
    ]
    rows.append((Apply(name, (Symbol("z"),), rule=rule), FUNCTION, Text("", "")))
    return Table(SYMBOLS, HEADER, tuple(rows))


def _weighted(unit: str) -> Sum:
    """Return a₁ w₁ᵤ + … + aₘ wₘᵤ + bᵤ."""
    first, last = (Product((A_BELOW[j], W[j, unit])) for j in ("1", "m"))
    return Sum((first, DOTS, last, B[unit]))


def _unit_forward(rule: Activation | None) -> Lines:
    total = Sigma("j", Product((A_BELOW["j"], W["j", "i"]))) + B["i"]
    name = "f" if rule is None else function_name(rule)
    return Lines(
        ONE_UNIT,
        (
            Line(Equation((Z["1"], _weighted("1"))), UNIT_SUM),
            Line(Equation((Z["n"], _weighted("n"))), UNIT_N),
            Line(Equation((Z["i"], total)), ANY_UNIT),
            Line(Equation((A["i"], _f(rule, Z["i"]), Apply(name, (total,)))), ACTIVATED),
        ),
        turns=True,
    )


def _layer_forward(rule: Activation | None) -> Lines:
    def row(symbol: Symbol, last: str) -> Entries:
        return Entries(((symbol["1"], DOTS, symbol[last]),))

    weights = Entries(
        (
            (W["1", "1"], DOTS, W["1", "n"]),
            (Word("⋮"), Word("⋱"), Word("⋮")),
            (W["m", "1"], DOTS, W["m", "n"]),
        )
    )
    name = "f" if rule is None else function_name(rule)
    short = A_BELOW @ W + B
    return Lines(
        WHOLE_LAYER,
        (
            Line(Equation((row(Z, "n"), row(A_BELOW, "m") @ weights + row(B, "n"))), MATRIX),
            Line(Equation((Z, short)), MATRIX_SHORT),
            Line(Equation((A, _f(rule, Z), Apply(name, (short,)))), ACTIVATED),
        ),
        turns=True,
    )


def _output(rule: Activation | None) -> Lines:
    a, z, y, half = A["1"], Z["1"], Y["1"], Fraction(Number(1), Number(2))
    by_a, link = Derivative(L, a), Derivative(a, z)
    expanded = half * a**2 - y * a + half * y**2
    lines = [
        Line(Equation((DELTA["1"], Derivative(L, z), Product((by_a, link)))), CHAIN),
        Line(Equation((by_a, _partial(half * (y - a) ** 2, a))), CONSTANT),
        Line(Equation((by_a, _partial(expanded, a))), EXPANDED),
        Line(Equation((by_a, a - y)), DIFFERENTIATED),
        Line(Equation((link, _f(rule, z, 1))), SLOPE),
        Line(Equation((DELTA["i"], (A["i"] - Y["i"]) * _f(rule, Z["i"], 1))), ANY_OUTPUT),
    ]
    if rule is not None and rule.elementwise and rule.derivative_in == "a":
        slope = _slope(rule, Z["i"], A["i"])
        lines.append(Line(Equation((DELTA["i"], _times(A["i"] - Y["i"], slope))), WITH_FUNCTION))
    whole = Hadamard((A - Y, _f(rule, Z, 1)))
    lines.append(Line(Equation((DELTA, whole)), ALL_OUTPUTS))
    return Lines(OUTPUT, tuple(lines), turns=True)


def _partial(formula: Expression, by: Symbol) -> Expression:
    """Return ∂/∂ by of a formula, still to be carried out."""
    return Differentiate(by, formula, partial=True)


def _times(first: Expression, second: Expression) -> Product:
    more = second.factors if isinstance(second, Product) else (second,)
    return Product((first, *more))


def _below(rule: Activation | None) -> Lines:
    z, a = Z_BELOW["j"], A_BELOW["j"]
    by_z, by_a = Derivative(L, Z["i"]), Derivative(Z["i"], a)
    slope = _f(rule, z, 1)
    total = Sigma("i", Product((DELTA["i"], W["j", "i"])))
    lines = [
        Line(
            Equation(
                (
                    DELTA_BELOW["j"],
                    Derivative(L, z),
                    Sigma("i", Product((by_z, by_a, Derivative(a, z)))),
                )
            ),
            PATHS_ADD,
        ),
        Line(
            Equation((DELTA_BELOW["j"], Sigma("i", Product((DELTA["i"], W["j", "i"], slope))))),
            LOCAL_LINKS,
        ),
        Line(Equation((DELTA_BELOW["j"], Product((total, slope)))), COMMON_FACTOR),
    ]
    if rule is not None and rule.elementwise and rule.derivative_in == "a":
        factors = _slope(rule, z, a)
        before = factors.factors if isinstance(factors, Product) else (factors,)
        lines.append(Line(Equation((DELTA_BELOW["j"], Product((*before, total)))), WITH_FUNCTION))
    lines.append(Line(Equation((DELTA_BELOW, _recursion(rule))), AS_MATRIX))
    return Lines(BELOW, tuple(lines), turns=True)


def _recursion(rule: Activation | None) -> Hadamard:
    return Hadamard((DELTA @ W.T, _f(rule, Z_BELOW, 1)))


def _factors(rule: Activation | None) -> Table:
    cells: tuple[Cell, ...] = (DELTA_BELOW, W.T, DELTA, Word("⊙"), _f(rule, Z_BELOW, 1))
    shapes: tuple[Cell, ...] = (
        Letters("1", "m"),
        Letters("n", "m"),
        Letters("1", "n"),
        Text("", ""),
        Letters("1", "m"),
    )
    rows = tuple(zip(cells, FACTOR_TEXTS, shapes, strict=True))
    return Table(FACTORS, FACTOR_HEADER, rows)


def _dimensions(rule: Activation | None) -> Lines:
    delta = Shaped(DELTA, ("1", "n"))
    back = MatrixProduct((delta, Shaped(W.T, ("n", "m"))))
    slope = Shaped(_f(rule, Z_BELOW, 1), ("1", "m"))
    recursion = Equation((Shaped(DELTA_BELOW, ("1", "m")), Hadamard((back, slope))))
    product = MatrixProduct((Shaped(A_BELOW.T, ("m", "1")), delta))
    weights = Equation((Shaped(Derivative(L, W), ("m", "n")), product))
    lines = (Line(recursion, PRODUCT_FITS), Line(weights, WEIGHTS_FIT))
    return Lines(CHECK, lines, turns=True)


def _gradients() -> Lines:
    def chain(by: Symbol, unit: str) -> Product:
        return Product((Derivative(L, Z[unit]), Derivative(Z[unit], by)))

    weight = W["j", "i"]
    products = Entries(
        (
            (A_BELOW["1"] * DELTA["1"], DOTS, A_BELOW["1"] * DELTA["n"]),
            (Word("⋮"), Word("⋱"), Word("⋮")),
            (A_BELOW["m"] * DELTA["1"], DOTS, A_BELOW["m"] * DELTA["n"]),
        )
    )
    by_weight = Derivative(L, weight)
    by_bias = Derivative(L, B["i"])
    return Lines(
        OF_WEIGHTS,
        (
            Line(Equation((by_weight, chain(weight, "i"), A_BELOW["j"] * DELTA["i"])), ONE_WEIGHT),
            Line(Equation((Derivative(L, W), products, A_BELOW.T @ DELTA)), COLLECTED),
            Line(Equation((by_bias, chain(B["i"], "i"), DELTA["i"] * 1, DELTA["i"])), ONE_BIAS),
            Line(Equation((Derivative(L, B), DELTA)), ALL_OUTPUTS),
        ),
        turns=True,
    )


def _flow() -> Table:
    nothing = Word("")
    below = Symbol("W", "l-1"), Symbol("b", "l-1")
    rows: tuple[tuple[Expression, ...], ...] = (
        (L, Word("→"), DELTA, Word("→"), DELTA_BELOW, Word("→"), DOTS),
        (nothing, nothing, Word("⇓"), nothing, Word("⇓"), nothing, nothing),
        (nothing, nothing, Derivative(L, W), nothing, Derivative(L, below[0]), nothing, nothing),
        (nothing, nothing, Derivative(L, B), nothing, Derivative(L, below[1]), nothing, nothing),
    )
    return Table(FLOW, (), rows)


def _update() -> Lines:
    lines = tuple(
        Line(Equation((Symbol(old.letter + "_new", "l"), old - ETA * Derivative(L, old))), DESCENT)
        for old in (W, B)
    )
    return Lines(UPDATE, lines, turns=True)
