"""Mistakes in the gradients of expressions: code as people write it, and every known mistake."""

import re

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop as cp
from clearprop.activations import ACTIVATIONS
from clearprop.check.graphs.suspicions import suspicions
from clearprop.derivation.graphs.matrix_pass import backward, forward
from clearprop.derivation.operations import OPERATIONS
from clearprop.derivation.operations.activation import OfActivation

RANDOM = np.random.default_rng(1)
X, G = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(4, 3))
GAMMA, BETA = RANDOM.normal(size=(1, 3)), RANDOM.normal(size=(1, 3))
EPSILON = 1e-3

NORM = cp.graph(
    f"sum(g * (gamma * (x - mean(x, 0)) / sqrt(var(x, 0) + {EPSILON}) + beta))",
    x=X, g=G, gamma=GAMMA, beta=BETA,
)  # fmt: skip
CENTRED = X - X.mean(0)
ROOT = np.sqrt(X.var(0) + EPSILON)
NORMAL = CENTRED / ROOT
"""The batch norm of the lecture notes, in NumPy."""


def norm_to_x(variance_by=4, mean_by=4):
    passed = G * GAMMA / ROOT
    along = NORMAL * (G * GAMMA / ROOT * NORMAL).sum(0)
    return passed - passed.sum(0) / mean_by - along / variance_by


def sample_norm():
    variance = X.var(0, ddof=1)
    return (G * CENTRED / np.sqrt(variance + EPSILON)).sum(0)


BATCH_NORM = {
    "held_constant": {"dx": G * GAMMA / ROOT},
    "var.held_constant": {"dx": norm_to_x(variance_by=np.inf)},
    "mean.held_constant": {"dx": norm_to_x(mean_by=np.inf)},
    "var.sample_slope": {"dx": norm_to_x(variance_by=len(X) - 1)},
    "var.sample_variance": {"dgamma": sample_norm(), "dbeta": G.sum(0)},
    "sqrt.added_outside": {"dgamma": (G * CENTRED / (X.std(0) + EPSILON)).sum(0)},
    "multiply.averaged": {"dgamma": (G * NORMAL).mean(0), "dbeta": G.sum(0)},
    "add.averaged": {"dgamma": (G * NORMAL).sum(0), "dbeta": G.mean(0)},
    "add.not_added_up": {"dbeta": G},
}

PICTURE, KERNEL, OUT = RANDOM.normal(size=(5, 5)), RANDOM.normal(size=(3, 3)), (3, 3)
ARRIVING = RANDOM.normal(size=OUT)
CONVOLUTION = cp.graph(
    "sum(conv(x, k, stride=2, padding=1) * g)", x=PICTURE, k=KERNEL, g=ARRIVING
)  # fmt: skip


def windows(stride=2):
    for i, j in np.ndindex(OUT):
        yield (i, j), np.s_[i * stride : i * stride + 3, j * stride : j * stride + 3]


def convolved(kernel=KERNEL, stride=2, add=True):
    found = np.zeros((7, 7))
    for at, window in windows(stride):
        found[window] = (found[window] if add else 0) + ARRIVING[at] * kernel
    return found


PADDED = np.pad(PICTURE, 1)
TO_KERNEL = sum(ARRIVING[at] * PADDED[window] for at, window in windows())
CONVOLUTIONS = {
    "conv.kernel_not_turned": {"dx": convolved(KERNEL[::-1, ::-1])[1:-1, 1:-1], "dk": TO_KERNEL},
    "conv.kernel_flipped": {
        "dx": convolved(KERNEL[::-1, ::-1])[1:-1, 1:-1], "dk": TO_KERNEL[::-1, ::-1],
    },
    "conv.stride_ignored": {"dx": convolved(stride=1)[1:-1, 1:-1]},
    "conv.padding_not_cut": {"dx": convolved(), "dk": TO_KERNEL},
    "conv.padding_cut_at_the_end": {"dx": convolved()[:5, :5], "dk": TO_KERNEL},
    "conv.overwritten": {"dx": convolved(add=False)[1:-1, 1:-1], "dk": TO_KERNEL},
    "conv.averaged": {"dx": convolved()[1:-1, 1:-1], "dk": TO_KERNEL / 9},
}  # fmt: skip

POOLED = cp.graph("sum(max_pool(x, 2) * g)", x=PICTURE[:4, :4], g=ARRIVING[:2, :2])
SPREAD = np.kron(ARRIVING[:2, :2], np.ones((2, 2)))
POOLING = {
    "max_pool.to_all": {"dx": SPREAD},
    "max_pool.shared_equally": {"dx": SPREAD / 4},
    "max_pool.to_the_first": {"dx": SPREAD * np.kron(np.ones((2, 2)), [[1, 0], [0, 0]])},
}

Q, K, V = (RANDOM.normal(size=(3, 4)) for _ in range(3))
SENT = RANDOM.normal(size=(4, 4))
HEAD = cp.graph(
    "sum(softmax((x @ Q) @ (x @ K).T / sqrt(4)) @ (x @ V) * g)", x=X, Q=Q, K=K, V=V, g=SENT
)


def softmax(z, axis=1):
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def attention(scale=2.0, backward_scale=None, axis=1, softmax_back="whole", turned=True):
    """The gradients of one head, written as in an exercise, with a mistake on request."""
    queries, keys, values = X @ Q, X @ K, X @ V
    weights = softmax(queries @ keys.T / scale, axis)
    to_weights = SENT @ values.T
    if softmax_back == "diagonal":
        to_scores = to_weights * weights * (1 - weights)
    else:
        inner = (to_weights * weights).sum(axis=axis, keepdims=True)
        to_scores = weights * (to_weights - inner)
    to_scores = to_scores / (backward_scale or scale)
    to_queries = to_scores @ keys
    to_keys = to_scores.T @ queries if turned else to_scores @ queries
    return {"dQ": X.T @ to_queries, "dK": X.T @ to_keys, "dV": X.T @ weights.T @ SENT}


ATTENTION = {
    "divide.left_out": attention(scale=1.0),
    "divide.divisor_missing": attention(backward_scale=1.0),
    "softmax.over_columns": attention(axis=0),
    "softmax.diagonal_only": attention(softmax_back="diagonal"),
    "matmul.right_arriving_transposed": attention(turned=False),
}

TABLE, PICKED = RANDOM.normal(size=(5, 3)), [1, 3, 1, 0]
EMBEDDED = cp.graph("sum(rows(E, [1, 3, 1, 0]) * g)", E=TABLE, g=G)


def scattered(how):
    found = np.zeros_like(TABLE)
    if how == "+=":
        found[PICKED] += G
    elif how == "in order":
        found[:4] = G
    elif how == "mean":
        found[[3, 0]], found[1] = G[[1, 3]], G[[0, 2]].mean(0)
    return found


EMBEDDING = {
    "rows.overwritten": {"dE": scattered("+=")},
    "rows.in_order": {"dE": scattered("in order")},
    "rows.averaged": {"dE": scattered("mean")},
    "rows.not_scattered": {"dE": G},
}

A, B, W, U, H = X[:1], X[1:2], Q[:, :3], K[:, :3], G[:1]
RECURRENT = cp.graph("sum(tanh(b @ U + tanh(a @ U + h @ W) @ W) * g)", a=A, b=B, h=H, U=U, W=W, g=H)
H1 = np.tanh(A @ U + H @ W)
H2 = np.tanh(B @ U + H1 @ W)
D2 = H * (1 - H2**2)
D1 = D2 @ W.T * (1 - H1**2)
STEPS = {
    "held_constant": {"dW": H1.T @ D2, "dU": B.T @ D2},
    "uses.only_one": {"dW": H1.T @ D2, "dU": A.T @ D1 + B.T @ D2},
    "tanh.left_out": {"dW": H.T @ (H @ W.T) + H1.T @ H},
    "matmul.right_not_transposed": {
        "dW": H.T @ (D2 @ W * (1 - H1**2)) + H1.T @ D2,
        "dU": A.T @ (D2 @ W * (1 - H1**2)) + B.T @ D2,
    },
}  # fmt: skip

WRITTEN = {
    "batch norm": (NORM, BATCH_NORM), "convolution": (CONVOLUTION, CONVOLUTIONS),
    "pooling": (POOLED, POOLING), "attention": (HEAD, ATTENTION),
    "embedding": (EMBEDDED, EMBEDDING), "recurrent": (RECURRENT, STEPS),
}  # fmt: skip
"""Programs with a mistake, written as people write them, by what they compute."""


def names_of(diagnosis):
    groups = [diagnosis.findings, *diagnosis.alternatives]
    return {suspicion.name for group in groups for suspicion in group}


@pytest.mark.parametrize(
    ("graph", "name", "gradients"),
    [
        pytest.param(graph, name, gradients, id=f"{what}: {name}")
        for what, (graph, mistakes) in WRITTEN.items()
        for name, gradients in mistakes.items()
    ],
)
def test_a_program_is_told_its_mistake(graph, name, gradients):
    diagnosis = cp.diagnose(gradients, graph)
    assert diagnosis.mistake == name, diagnosis.text()
    assert not diagnosis.ok


def test_right_programs_are_not_accused():
    right = {
        "batch norm": {"dx": norm_to_x(), "dgamma": (G * NORMAL).sum(0), "dbeta": G.sum(0)},
        "convolution": {"dx": convolved()[1:-1, 1:-1], "dk": TO_KERNEL},
        "attention": attention(),
        "recurrent": {"dW": H.T @ D1 + H1.T @ D2, "dU": A.T @ D1 + B.T @ D2},
    }
    for what, gradients in right.items():
        graph = WRITTEN[what][0]
        assert cp.diagnose(gradients, graph).ok, what
        single = {name: array.astype(np.float32) for name, array in gradients.items()}
        assert cp.diagnose(single, graph).ok, what
        rounded = {name: array.round(3) for name, array in gradients.items()}
        assert cp.diagnose(rounded, graph, digits=3).ok, what


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.floats(-3, 3))
def test_autograds_batch_norm_is_not_accused(seed, rows, size):
    rng, scale = np.random.default_rng(seed), 10.0**size
    x, g = scale * rng.normal(size=(rows, 2)), rng.normal(size=(rows, 2))

    def loss(x):
        centred = x - anp.mean(x, axis=0)
        return anp.sum(g * centred / anp.sqrt(anp.mean(centred**2, axis=0) + 1e-5))

    graph = cp.graph("sum(g * (x - mean(x, 0)) / sqrt(var(x, 0) + 1e-5))", x=x, g=g)
    assert cp.diagnose({"dL/dx": autograd.grad(loss)(x)}, graph).ok


SQUARE, POSITIVE = RANDOM.normal(size=(3, 3)), RANDOM.uniform(0.5, 2, size=(4, 3))
ZEROS = np.where(np.eye(4, 3), 0.0, X)
TIED = np.array([[1.0, 1, 0, 2], [0, 0, 2, 2]])
PLACES = {
    "abs": ["abs(z) * x"],
    "add": ["(x + r) ** 3"],
    "avg_pool": ["avg_pool(p, 2) ** 2"],
    "concat": ["concat(x, g) ** 2", "concat(s, t) ** 2"],
    "conv": ["conv(p, k, stride=2, padding=1) ** 2", "conv(p, k) ** 3"],
    "cos": ["cos(x) * x"],
    "divide": ["(p1 / r) ** 2 * x"],
    "exp": ["exp(x) * x"],
    "flatten": ["flatten(x) ** 2"],
    "largest": ["largest(x, 1) * x", "largest(s, 0) ** 2 * t", "largest(tied, 1) ** 2 * tied"],
    "ln": ["ln(p1) * x"],
    "matmul": ["(s @ t) ** 2", "(x @ s) ** 2"],
    "max": ["max(z, x) ** 2 * g", "max(x, r) * g"],
    "max_pool": ["max_pool(p, 2) ** 2", "max_pool(tied, 2) * pair"],
    "mean": ["mean(x, 0) * x", "mean(x, 1) ** 2", "mean(s, 0) * t"],
    "min": ["min(z, x) ** 2 * g", "min(x, r) * g"],
    "multiply": ["(x * r) ** 2"],
    "negative": ["(-x) ** 3"],
    "power": ["p1 ** 2.5 * x"],
    "rows": ["rows(x, [2, 0, 2]) * s"],
    "sin": ["sin(x) * x"],
    "softmax": ["softmax(s) * t"],
    "sqrt": ["sqrt(p1 + 0.5) * x"],
    "subtract": ["(x - r) ** 3"],
    "sum": ["sum(x, 0) ** 2", "sum(s, 0) * t"],
    "tan": ["tan(x / 3) * x"],
    "transpose": ["s.T * t", "x.T ** 2"],
    "var": ["var(x, 0) * x", "var(s, 0) * t"],
    **{name: [f"{name}(z) * g"] for name in ("relu", "sigmoid", "tanh")},
}
"""Expressions in which the mistakes of an operation can be made; a new one needs a line here."""
KINKS = {"kink_from_the_left", "kink_from_the_right"}
WITHOUT_EFFECT = {
    "relu": {"at_the_result", "input_for_result", "kink_from_the_left"},
    "sigmoid": KINKS,
    "tanh": KINKS,
}
"""Mistakes that give the right numbers in these rules."""
VALUES = {
    "x": X, "r": GAMMA, "p": PICTURE, "k": KERNEL, "p1": POSITIVE, "s": SQUARE, "t": Q[:, :3],
    "g": G, "z": ZEROS, "tied": TIED, "pair": np.array([[3.0, 1.0]]),
}  # fmt: skip


def placed(expression):
    words = set(re.findall(r"\w+", expression))
    return cp.graph(expression, **{name: VALUES[name] for name in words & set(VALUES)})


@pytest.mark.parametrize("name", PLACES)
def test_every_mistake_of_an_operation_is_named_where_it_is_made(name):
    seen = set()
    for expression in PLACES[name]:
        graph = placed(expression)
        for suspicion in suspicions(graph):
            if not suspicion.name.startswith(f"{name}."):
                continue
            try:
                with np.errstate(all="ignore"):
                    totals, _ = backward(
                        graph.nodes, forward(graph.nodes, suspicion.change), suspicion.change
                    )
            except (ValueError, IndexError):
                continue
            inputs = [at for at, node in enumerate(graph.nodes) if node.kind == "input"]
            gradients = {graph.nodes[at].name: totals[at] for at in inputs}
            diagnosis = cp.diagnose(gradients, graph)
            if diagnosis.ok and not diagnosis.findings:
                continue  # it changes nothing here
            if not any(map(np.any, gradients.values())) and not diagnosis.findings:
                assert "exactly 0" in str(diagnosis)
                seen.add(suspicion.name.partition(".")[2])
                continue
            assert suspicion.name in names_of(diagnosis) or diagnosis.factor != 1, suspicion
            assert diagnosis.ok == diagnosis.findings[0].harmless
            seen.add(suspicion.name.partition(".")[2])
    rule = OPERATIONS[name]() if name in OPERATIONS else OfActivation(ACTIVATIONS.make(name))
    wanted = {mistake.name for mistake in rule.mistakes}
    assert seen == wanted - WITHOUT_EFFECT.get(name, set())
    assert len(wanted) >= 3


def test_every_operation_has_places_for_its_mistakes():
    assert set(OPERATIONS) <= set(PLACES)


def test_a_result_on_the_way_shows_where_it_begins():
    graph = cp.graph("sum(sigmoid(x @ s) ** 2)", x=X, s=SQUARE)
    a = 1 / (1 + np.exp(-X @ SQUARE))
    wrong = {"dv2": 2 * a, "dv1": 2 * a * a, "ds": X.T @ (2 * a * a)}
    diagnosis = cp.diagnose(wrong, graph)
    assert [array.right for array in diagnosis.arrays] == [True, False, False]
    assert diagnosis.mistake == "sigmoid.itself"


def test_two_mistakes_at_once_are_both_named():
    gradients = {"dgamma": (G * NORMAL).mean(0), "dbeta": G[0], "dx": norm_to_x()}
    diagnosis = cp.diagnose(gradients, NORM)
    assert {one.name for one in diagnosis.findings} == {"multiply.averaged", "add.first_only"}


def test_what_no_mistake_explains_is_said():
    diagnosis = cp.diagnose({"dx": G[::-1]}, NORM)
    assert diagnosis.unexplained == ("dx",)
    assert "No known mistake" in diagnosis.text()
    assert "没有已知的错误" in diagnosis.text("zh")


def test_a_common_factor_is_no_mistake_of_an_operation():
    diagnosis = cp.diagnose({name: -7 * total for name, total in NORM.gradient.items()}, NORM)
    assert diagnosis.factor == pytest.approx(-7)
    assert not diagnosis.ok


def test_numbers_are_diagnosed_like_matrices():
    price = cp.graph("price * quantity * (1 + tax)", price=20, quantity=2, tax=0.1)
    assert cp.diagnose({"price": 2.2, "quantity": 22, "tax": 40}, price).ok
    assert cp.diagnose({"price": 22, "quantity": 2.2}, price).mistake == "multiply.own_factor"


def test_not_a_number_is_said():
    diagnosis = cp.diagnose({"dbeta": [np.nan, 0, 0]}, NORM)
    assert "NaN" in diagnosis.text()
    with pytest.raises(cp.check.GradientError, match="dbeta"):
        diagnosis.assert_ok()


@pytest.mark.parametrize(
    ("gradients", "source"),
    [
        ({"dzeta": [1.0]}, NORM), ({}, NORM), ([1.0], NORM), ({"dx": "?"}, NORM),
        ({"x": X, "dx": X}, NORM), ({"dx": X}, "x * x"),
        ({"W1": 1.0}, cp.graph(cp.Network(1, [cp.Layer(1)]), [1.0, 0.0], [1.0], [0.0])),
    ],
)  # fmt: skip
def test_what_fits_no_graph_is_refused(gradients, source):
    with pytest.raises(cp.InputError, match="try:"):
        cp.diagnose(gradients, source)


def test_a_number_in_print_is_an_interval():
    assert cp.diagnose({"dx": np.round(norm_to_x(), 3)}, NORM).ok
    assert not cp.diagnose({"dx": np.round(-norm_to_x(), 3)}, NORM).ok


def test_zeros_are_said_to_be_zeros():
    assert "exactly 0" in str(cp.diagnose({"dx": 0 * X}, NORM))
