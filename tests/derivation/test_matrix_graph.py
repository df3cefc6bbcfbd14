"""Expressions of matrices against central differences and autograd; batch norm derives itself."""

import xml.etree.ElementTree as ElementTree

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import clearprop as cp
from clearprop.derivation.operations import OPERATIONS

RANDOM = np.random.default_rng(0)
X, W, K = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(3, 3))
G, ROW = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(1, 3))
PICTURE = RANDOM.normal(size=(5, 6))

EXPRESSIONS = {
    "add": ("sum((x + r) * g)", {"x": X, "r": ROW, "g": G}),
    "subtract": ("sum((x - r) * g)", {"x": X, "r": ROW, "g": G}),
    "multiply": ("sum(x * r * g)", {"x": X, "r": ROW, "g": G}),
    "divide": ("sum(g / (x * x + 1) / r)", {"x": X, "r": ROW, "g": G}),
    "negative": ("sum(-x * g)", {"x": X, "g": G}),
    "power": ("sum((x * x + 1) ** 1.5 * g)", {"x": X, "g": G}),
    "exp": ("sum(exp(x) * g)", {"x": X, "g": G}),
    "ln": ("sum(ln(x * x + 1) * g)", {"x": X, "g": G}),
    "sqrt": ("sum(sqrt(x * x + 1) * g)", {"x": X, "g": G}),
    "abs": ("sum(abs(x) * g)", {"x": X, "g": G}),
    "matmul": ("sum((x @ W) ** 2)", {"x": X, "W": W}),
    "transpose": ("sum((x.T @ g) ** 2)", {"x": X, "g": G}),
    "sum": ("sum(sum(x, 1) ** 2) + sum(sum(x, 0) ** 3)", {"x": X}),
    "mean": ("mean(mean(x, 0) * x * g)", {"x": X, "g": G}),
    "var": ("sum(var(x, 1) * x) + var(x)", {"x": X}),
    "softmax": ("sum(softmax(x) * g)", {"x": X, "g": G}),
    "rows": ("sum(rows(x, [2, 0, 2]) * k)", {"x": X, "k": K}),
    "conv": ("sum(conv(p, k, stride=2, padding=1) ** 2)", {"p": PICTURE, "k": K}),
    "max_pool": ("sum(max_pool(p, 2) ** 2)", {"p": PICTURE}),
    "avg_pool": ("sum(avg_pool(p, 2) ** 2)", {"p": PICTURE}),
    "concat": (
        "sum(concat(x, g) @ c) + sum(concat(x, r, 0) ** 2)",
        {"x": X, "g": G, "r": ROW, "c": RANDOM.normal(size=(6, 1))},
    ),
    "flatten": ("sum(flatten(x) ** 3)", {"x": X}),
    "largest": ("sum(largest(x, 1) * x) + largest(x) * sum(largest(x, 0) ** 2)", {"x": X}),
    "sin": ("sum(sin(x) * g)", {"x": X, "g": G}),
    "cos": ("sum(cos(x) * g)", {"x": X, "g": G}),
    "tan": ("sum(tan(x / 3) * g)", {"x": X, "g": G}),
    "max": ("sum(max(x, r) * g)", {"x": X, "r": ROW, "g": G}),
    "min": ("sum(min(x, r) * g)", {"x": X, "r": ROW, "g": G}),
}
"""An expression for every operation; a new one needs a line here."""

WRITTEN = {
    "batch norm": (
        "sum(g * (gamma * (x - mean(x, 0)) / sqrt(var(x, 0) + 1e-5) + beta))",
        {"x": X, "g": G, "gamma": ROW, "beta": ROW + 1},
    ),
    "layer norm": (
        "sum(g * (x - mean(x, 1)) / sqrt(var(x, 1) + 1e-5))", {"x": X, "g": G},
    ),
    "a recurrent step, twice": (
        "sum(tanh(a @ U + tanh(b @ U + h @ V) @ V) * q)",
        {"a": X[:1], "b": X[1:2], "h": X[2:3, :2], "U": W, "V": W[:2], "q": W[:1]},
    ),
    "one head of attention": (
        "sum(softmax((x @ Q) @ (x @ Z).T / 1.5) @ x * g)", {"x": X, "g": G, "Q": W, "Z": W + 1},
    ),
    "convolution, ReLU, pooling": (
        "sum(max_pool(relu(conv(p, k)), 2) ** 2)", {"p": PICTURE, "k": K},
    ),
    "embedding": ("sum(sigmoid(rows(E, [1, 1, 0]) @ W))", {"E": X, "W": W}),
}  # fmt: skip


def assert_central_differences(expression, values):
    graph = cp.graph(expression, **values)
    for name, array in values.items():
        for index in np.ndindex(array.shape):
            ends = []
            for side in (-1e-6, 1e-6):
                moved = array.copy()
                moved[index] += side
                ends.append(cp.graph(expression, **(values | {name: moved})).value)
            slope = (ends[1] - ends[0]) / 2e-6
            assert graph.gradient[name][index] == pytest.approx(slope, rel=1e-5, abs=1e-6)


def test_every_operation_has_an_expression():
    assert set(EXPRESSIONS) == set(OPERATIONS)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_operation_passes_back_its_derivative(name):
    assert_central_differences(*EXPRESSIONS[name])


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_with_operations_derives_itself(name):
    assert_central_differences(*WRITTEN[name])


def test_batch_norm_is_autograds():
    _, values = WRITTEN["batch norm"]

    def loss(x):
        normal = (x - anp.mean(x, axis=0)) / anp.sqrt(anp.var(x, axis=0) + 1e-5)
        return anp.sum(values["g"] * (values["gamma"] * normal + values["beta"]))

    found = cp.graph(*WRITTEN["batch norm"][:1], **values).gradient["x"]
    np.testing.assert_allclose(found, autograd.grad(loss)(X), rtol=1e-9, atol=1e-12)


def test_the_same_part_is_one_node_and_its_uses_add_up():
    graph = cp.graph("sum((x - mean(x, 0)) * mean(x, 0))", x=X)
    assert [node.written for node in graph.nodes].count("mean(x, 0)") == 1
    (mean,) = [at for at, node in enumerate(graph.nodes) if node.written == "mean(x, 0)"]
    uses = graph.uses(mean)
    assert len(uses) == 2
    shares = [graph.shares[user, mean] for user, _ in uses]
    totals = [one.sum(axis=0, keepdims=True) if one.shape != (1, 3) else one for one in shares]
    np.testing.assert_allclose(sum(totals), graph.gradients[mean], atol=1e-12)


def test_parallel_edges_are_one():
    graph = cp.graph("sum(x * x)", x=X)
    (product,) = [node for node in graph.nodes if node.written == "x ⊙ x"]
    assert len(product.edges) == 1
    np.testing.assert_allclose(graph.gradient["x"], 2 * X)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_graph_is_shown_with_its_shapes(name):
    expression, values = WRITTEN[name]
    graph = cp.graph(expression, **values)
    text = graph.text("zh")
    assert "反向" in text
    for array in values.values():
        assert f"({array.shape[0]}×{array.shape[1]})" in text
    drawing = ElementTree.fromstring(graph.in_language("zh").svg())
    assert "反传" in ElementTree.tostring(drawing, "unicode") or "传回" in ElementTree.tostring(
        drawing, "unicode"
    )


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("x @ x", {"x": X}), ("x @ W", {"x": X}), ("x.shape", {"x": X}), ("ln(x)", {"x": -X * X}),
        ("conv(p, k, stride=0)", {"p": PICTURE, "k": K}), ("sum(x, 2)", {"x": X}),
        ("rows(x, [9])", {"x": X}), ("rows(x, [0.5])", {"x": X}), ("foo(x)", {"x": X}),
        ("x + ", {"x": X}), ("__import__('os')", {"x": X}), ("x", {"x": X, "y": X}),
        ("x", {"x": [[np.nan]]}), ("x", {"x": np.ones((2, 2, 2))}), ("mean(x, axis=x)", {"x": X}),
    ],
)  # fmt: skip
def test_what_is_no_expression_of_matrices_is_refused(expression, values):
    with pytest.raises(cp.InputError, match="try:"):
        cp.graph(expression, **values)
