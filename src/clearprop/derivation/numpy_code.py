"""NumPy programs of networks: forward pass, loss, backward pass, update and loop, as text.

The functions have the names of the labs of first courses. What they compute comes from the rules'
own formulas: a formula tree becomes Python's syntax tree, and Python writes it.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clearprop._registry import spelled
from clearprop._text import Language, Text
from clearprop.activations import Activation
from clearprop.backprop.propagate import backward, error_terms, forward, sample_losses
from clearprop.backprop.structure import Layer
from clearprop.derivation import expression as nodes
from clearprop.derivation.expression import Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.rewriting import elementwise
from clearprop.derivation.rules import (
    definition,
    derivative_formula,
    function_name,
    loss_derivative_formula,
    loss_formula,
)

NUMPY = {"ln": "np.log", "exp": "np.exp", "sqrt": "np.sqrt", "abs": "np.abs", "sign": "np.sign",
         "tanh": "np.tanh", "max": "np.maximum", "min": "np.minimum", "Phi": "ndtr",
         "sigma": "sigmoid"}  # fmt: skip
SIGNS: Mapping[str, type[ast.cmpop]] = {
    "<": ast.Lt,
    ">": ast.Gt,
    "<=": ast.LtE,
    ">=": ast.GtE,
    "=": ast.Eq,
}
EMBEDDED = 400
"""Up to so many parameters are written into the program; of more, first ones are drawn."""
EPOCHS, REPORT_EVERY = 1000, 100
RATE = 0.1
BATCH = 32


@dataclass(frozen=True)
class FormulaCode:
    """Formula trees as NumPy expressions.

    Attributes
    ----------
    called : mapping of str to str
        What symbols are called in the program, by letter.
    """

    called: Mapping[str, str]

    def code(self, formula: nodes.Expression) -> str:
        """Return the expression as a line of Python.

        Examples
        --------
        >>> z = Symbol("z")
        >>> FormulaCode({}).code(1 / (1 + nodes.Power(nodes.Constant("e"), -z)))
        '1 / (1 + np.exp(-z))'
        """
        return ast.unparse(self.tree(formula))

    def tree(self, part: nodes.Expression) -> ast.expr:
        """Return Python's syntax tree of a formula."""
        match part:
            case nodes.Number():
                whole = part.value == int(part.value) if np.isfinite(part.value) else False
                return ast.Constant(int(part.value) if whole else float(part.value))
            case nodes.Symbol():
                return _name(self.called.get(part.letter, part.letter))
            case nodes.Constant():
                return _name({"e": "np.e", "pi": "np.pi", "infinity": "np.inf"}[part.letter])
            case nodes.Negative():
                return ast.UnaryOp(ast.USub(), self.tree(part.of))
            case nodes.Sum():
                return self.sum(part)
            case nodes.Product():
                return _joined(ast.Mult(), [self.tree(one) for one in part.factors])
            case nodes.Fraction():
                return ast.BinOp(self.tree(part.top), ast.Div(), self.tree(part.bottom))
            case nodes.Power():
                return self.power(part)
            case nodes.Apply():
                arguments = [self.tree(one) for one in part.arguments]
                return _call(NUMPY[part.function], *arguments)
            case nodes.Sigma():
                keep = [
                    ast.keyword("axis", ast.Constant(1)),
                    ast.keyword("keepdims", ast.Constant(True)),
                ]
                return ast.Call(_name("np.sum"), [self.tree(part.body)], keep)
            case nodes.Cases():
                return self.cases(part.branches)
            case nodes.Comparison():
                sides = self.tree(part.left), self.tree(part.right)
                return ast.Compare(sides[0], [SIGNS[part.sign]()], [sides[1]])
        raise NotImplementedError(f"{type(part).__name__} has no line of NumPy")

    def sum(self, part: nodes.Sum) -> ast.expr:
        """Return a sum; a negative term is subtracted."""
        total = self.tree(part.terms[0])
        for term in part.terms[1:]:
            negative = isinstance(term, nodes.Negative)
            inner = self.tree(term.of if isinstance(term, nodes.Negative) else term)
            total = ast.BinOp(total, ast.Sub() if negative else ast.Add(), inner)
        return total

    def power(self, part: nodes.Power) -> ast.expr:
        """Return eˣ as np.exp(x), any other power with ``**``."""
        exponent = self.tree(part.exponent)
        if isinstance(part.base, nodes.Constant) and part.base.letter == "e":
            return _call("np.exp", exponent)
        return ast.BinOp(self.tree(part.base), ast.Pow(), exponent)

    def cases(self, branches: tuple[tuple[nodes.Expression, nodes.Comparison], ...]) -> ast.expr:
        """Return np.where(condition, value, …); the last case needs no condition."""
        value, condition = branches[0]
        if len(branches) == 1:
            return self.tree(value)
        return _call("np.where", self.tree(condition), self.tree(value), self.cases(branches[1:]))


def _name(dotted: str) -> ast.expr:
    return ast.parse(dotted, mode="eval").body


def _call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_name(function), list(arguments), [])


def _joined(sign: ast.operator, parts: list[ast.expr]) -> ast.expr:
    whole = parts[0]
    for one in parts[1:]:
        whole = ast.BinOp(whole, sign, one)
    return whole


BY_CLEARPROP = "# A network as a NumPy program, written by clearprop"
TITLE = Text(
    "A {sizes} network ({activations}) with {loss}, in NumPy alone.",
    "{sizes} 网络（{activations}），{loss}，只用 NumPy。",
)
DATA = Text("# Samples, one a row, and their targets", "# 样本（每行一个）与目标值")
FIRST = Text("First parameters", "参数初值")
DRAWN = Text("First parameters, drawn at random", "随机抽取的参数初值")
ANEW = Text("# drawn anew they would be:", "# 若重新随机抽取：")
ACTIVATION = Text("Activation function {name}", "激活函数 {name}")
SLOPE = Text("Derivative of {name}, written in its value a where that is simpler",
             "{name} 的导数；能用函数值 a 表示时用 a")  # fmt: skip
FORWARD = Text(
    "Forward pass: the output, and what the backward pass needs",
    "前向传播：输出，以及反向传播所需的中间值",
)
COST = Text("Loss over all samples", "全部样本的损失")
BACKWARD = Text("Backward pass: the gradient of the loss", "反向传播：损失的梯度")
UPDATE = Text("Gradient descent: against the gradient", "梯度下降：沿负梯度方向")
BATCHES = Text("Mini-batches in a random order", "随机顺序的小批量")
MODEL = Text(
    "Training: forward, loss, backward, update, again and again",
    "训练：前向、损失、反向、更新，反复进行",
)
PREDICT = Text("Outputs for new samples", "对新样本的输出")
SHORTCUT = Text("# the derivative of the activation cancels", "# 激活函数的导数被约去")


def program(n: Notation, lang: Language, rate: float = RATE) -> str:
    """Return the program of a network, with the samples and parameters of its pass."""
    return "\n".join(_Program(n, lang, rate).lines()) + "\n"


def training_losses(n: Notation, rate: float = RATE) -> Iterator[tuple[int, float]]:
    """Yield epoch and loss as the program prints them, for samples that make one batch."""
    trace = n.trace
    layers = [Layer(one.z.shape[1], one.activation) for one in trace.layers]
    weights = [(one.W, one.b) for one in trace.layers]
    for epoch in range(EPOCHS):
        passed = forward(layers, weights, trace.x)
        if epoch % REPORT_EVERY == 0:
            output = passed.weighted_sums[-1], passed.output
            losses = sample_losses(trace.loss, layers[-1].activation, *output, trace.y)
            yield epoch, float((trace.share[:, 0] * losses).sum())
        deltas = error_terms(layers, weights, passed, trace.loss, trace.y)
        gradients = backward(passed.activations, deltas, trace.share)
        weights = [
            (W - rate * dW, b - rate * db)
            for (W, b), (dW, db) in zip(weights, gradients, strict=True)
        ]


class _Program:
    def __init__(self, n: Notation, lang: Language, rate: float) -> None:
        self.n, self.lang, self.rate = n, lang, rate
        self.rules = {
            spelled(n.rule(layer)): n.rule(layer)
            for layer in range(1, n.depth + 1)
            if not n.rule(layer).is_identity
        }
        names = [rule.name for rule in self.rules.values()]
        self.functions = {
            text: rule.name if names.count(rule.name) == 1 else f"{rule.name}_{number}"
            for number, (text, rule) in enumerate(self.rules.items(), 1)
        }
        self.canonical = n.trace.loss.is_canonical_with(n.rule(n.depth))
        self.mean = n.trace.reduction == "mean"

    def say(self, text: Text, **values: object) -> str:
        return text.filled(**values).translate(self.lang)

    def function(self, head: str, text: Text, body: list[str], **values: object) -> Iterator[str]:
        yield from ("", "", f"def {head}:", f'    """{self.say(text, **values)}"""')
        yield from (f"    {line}" for line in body)

    def lines(self) -> Iterator[str]:
        n = self.n
        sizes = "-".join(map(str, n.sizes))
        activations = ", ".join(spelled(layer.activation) for layer in n.trace.layers)
        title = self.say(TITLE, sizes=sizes, activations=activations, loss=spelled(n.trace.loss))
        yield from (BY_CLEARPROP, f'"""{title}"""', "", "import numpy as np")
        formulas = [*self.formulas()]
        if any("ndtr(" in one for one in formulas):
            yield "from scipy.special import ndtr"
        yield from ("", self.say(DATA))
        yield f"X = np.array({n.trace.x.tolist()})"
        yield f"Y = np.array({n.trace.y.tolist()})"
        yield from self.first_parameters()
        yield from self.activations(any("sigmoid(" in one for one in formulas))
        yield from self.forward()
        yield from self.cost()
        yield from self.backward()
        names = [f"{kind}{layer}" for layer in range(1, n.depth + 1) for kind in "Wb"]
        update = [f'parameters["{one}"] -= learning_rate * grads["d{one}"]' for one in names]
        head = f"update_parameters(parameters, grads, learning_rate={self.rate})"
        yield from self.function(head, UPDATE, [*update, "return parameters"])
        yield from self.loop()

    def function_of(self, rule: Activation) -> str:
        """Return the name of a rule's function; of two settings of one rule each has a number."""
        return self.functions[spelled(rule)]

    def formulas(self) -> Iterator[str]:
        for rule in self.rules.values():
            yield self.value_code(rule)
            yield self.slope_code(rule)

    def first_parameters(self) -> Iterator[str]:
        layers = self.n.trace.layers
        count = sum(layer.W.size + layer.b.size for layer in layers)
        body, text = [], FIRST
        if count > EMBEDDED:
            text = DRAWN
            body.append("random = np.random.default_rng(42)")
        for layer in layers:
            number, (below, here) = layer.number, layer.W.shape
            if count > EMBEDDED:
                body.append(
                    f"W{number} = random.standard_normal(({below}, {here})) / np.sqrt({below})"
                )
                body.append(f"b{number} = np.zeros((1, {here}))")
            else:
                body.append(f"W{number} = np.array({layer.W.tolist()})")
                body.append(f"b{number} = np.array({layer.b[None].tolist()})")
        if count <= EMBEDDED:
            body.append(self.say(ANEW))
            for layer in layers:
                number, (below, here) = layer.number, layer.W.shape
                body.append(f"# W{number} = np.random.randn({below}, {here}) / np.sqrt({below})")
        names = ", ".join(
            f'"{kind}{layer.number}": {kind}{layer.number}' for layer in layers for kind in "Wb"
        )
        yield from self.function("initialize_parameters()", text, [*body, f"return {{{names}}}"])

    def activations(self, needs_sigmoid: bool) -> Iterator[str]:
        for rule in self.rules.values():
            needs_sigmoid = needs_sigmoid and function_name(rule) != "sigma"
            head, name = f"{self.function_of(rule)}(z)", rule.name
            code = [f"return {self.value_code(rule)}"]
            yield from self.function(head, ACTIVATION, code, name=name)
            if not rule.elementwise:
                continue
            code = [f"return {self.slope_code(rule)}"]
            yield from self.function(
                f"{self.function_of(rule)}_derivative(z, a)", SLOPE, code, name=name
            )
        if needs_sigmoid:
            code = ["return 1 / (1 + np.exp(-z))"]
            yield from self.function("sigmoid(z)", ACTIVATION, code, name="sigmoid")

    def value_code(self, rule: Activation) -> str:
        z = Symbol("z")
        return FormulaCode({}).code(elementwise(definition(rule, z)))

    def slope_code(self, rule: Activation) -> str:
        if not rule.elementwise:
            return ""
        z, a = Symbol("z"), Symbol("a")
        code = FormulaCode({}).code(elementwise(derivative_formula(rule, z, a)))
        return code if "z" in code or "a" in code else f"{code} * np.ones_like(z)"

    def forward(self) -> Iterator[str]:
        n, body = self.n, ["A0 = X"]
        for layer in range(1, n.depth + 1):
            rule = n.rule(layer)
            body.append(
                f'Z{layer} = np.dot(A{layer - 1}, parameters["W{layer}"]) + parameters["b{layer}"]'
            )
            applied = f"Z{layer}" if rule.is_identity else f"{self.function_of(rule)}(Z{layer})"
            body.append(f"A{layer} = {applied}")
        kept = ", ".join(
            f'"{kind}{layer}": {kind}{layer}' for layer in range(1, n.depth + 1) for kind in "ZA"
        )
        body += [f'cache = {{"A0": A0, {kept}}}', f"return A{n.depth}, cache"]
        yield from self.function("forward_propagation(X, parameters)", FORWARD, body)

    def cost(self) -> Iterator[str]:
        n = self.n
        last = f"A{n.depth}"
        formula = loss_formula(n.trace.loss, Symbol("a"), Symbol("y"), 2, "n")
        code = FormulaCode({"a": last, "y": "Y"}).code(elementwise(formula))
        body = [f"losses = {code}"]
        body += (
            ["m = Y.shape[0]", "return np.sum(losses) / m"]
            if self.mean
            else ["return np.sum(losses)"]
        )
        yield from self.function(f"compute_cost({last}, Y)", COST, body)

    def backward(self) -> Iterator[str]:
        n = self.n
        body = ["m = X.shape[0]"] if self.mean else []
        share = " / m" if self.mean else ""
        for layer in range(n.depth, 0, -1):
            rule, dA = n.rule(layer), f"dA{layer}"
            Z, A = f'cache["Z{layer}"]', f'cache["A{layer}"]'
            if layer == n.depth and self.canonical:
                body.append(f"dZ{layer} = {A} - Y  {self.say(SHORTCUT)}")
            else:
                if layer == n.depth:
                    formula = loss_derivative_formula(
                        n.trace.loss, Symbol("a"), Symbol("y"), 2, "n"
                    )
                    code = FormulaCode({"a": "A", "y": "Y"}).code(elementwise(formula))
                    body += [f"A = {A}", f"{dA} = {code}"]
                else:
                    body.append(f'{dA} = np.dot(dZ{layer + 1}, parameters["W{layer + 1}"].T)')
                if rule.is_identity:
                    passed = dA
                elif rule.elementwise:
                    passed = f"{dA} * {self.function_of(rule)}_derivative({Z}, {A})"
                else:
                    passed = f"{A} * ({dA} - np.sum({dA} * {A}, axis=1, keepdims=True))"
                body.append(f"dZ{layer} = {passed}")
            body.append(f'dW{layer} = np.dot(cache["A{layer - 1}"].T, dZ{layer}){share}')
            body.append(f"db{layer} = np.sum(dZ{layer}, axis=0, keepdims=True){share}")
        found = ", ".join(
            f'"d{kind}{layer}": d{kind}{layer}' for layer in range(1, n.depth + 1) for kind in "Wb"
        )
        yield from self.function(
            "backward_propagation(parameters, cache, X, Y)",
            BACKWARD,
            [*body, f"return {{{found}}}"],
        )

    def loop(self) -> Iterator[str]:
        last = f"A{self.n.depth}"
        batches = [
            "order = np.random.permutation(X.shape[0])",
            "for start in range(0, X.shape[0], batch_size):",
            "    rows = order[start:start + batch_size]",
            "    yield X[rows], Y[rows]",
        ]
        yield from self.function(f"batch_generator(X, Y, batch_size={BATCH})", BATCHES, batches)
        training = [
            "parameters = initialize_parameters()",
            "for epoch in range(epochs):",
            "    for X_batch, Y_batch in batch_generator(X, Y):",
            f"        {last}, cache = forward_propagation(X_batch, parameters)",
            f"        cost = compute_cost({last}, Y_batch)",
            "        grads = backward_propagation(parameters, cache, X_batch, Y_batch)",
            "        parameters = update_parameters(parameters, grads)",
            f"    if epoch % {REPORT_EVERY} == 0:",
            '        print(f"Epoch {epoch}, Loss: {cost:.6f}")',
            "return parameters",
        ]
        yield from self.function(f"model(X, Y, epochs={EPOCHS})", MODEL, training)
        predict = [f"{last}, _ = forward_propagation(X, parameters)", f"return {last}"]
        yield from self.function("predict(X, parameters)", PREDICT, predict)
        yield from ("", "", 'if __name__ == "__main__":', "    np.random.seed(42)")
        yield "    parameters = model(X, Y)"
        for layer in range(1, self.n.depth + 1):
            for name in (f"W{layer}", f"b{layer}"):
                yield f'    print("{name} = " + str(parameters["{name}"]))'
        yield "    print(predict(X, parameters).round(3))"
        hits = {
            "yes_no": "(predict(X, parameters) > 0.5) == Y",
            "class": "predict(X, parameters).argmax(axis=1) == Y.argmax(axis=1)",
        }.get(self.n.trace.loss.target_kind)
        if hits is not None:
            yield f'    print(f"Accuracy: {{np.mean({hits})}}")'
