"""Expressions of several lines, and calls as NumPy has them, against NumPy itself."""

import numpy as np
import pytest

import clearprop as cp

RANDOM = np.random.default_rng(2)
SHAPES = {
    "x": (4, 3), "g": (4, 3), "W": (3, 2), "U": (2, 2), "h": (4, 2), "r": (1, 3),
    "p": (3,), "q": (3,), "b": (2,), "E": (5, 2),
}  # fmt: skip
VALUES = {name: RANDOM.normal(size=shape).round(2) for name, shape in SHAPES.items()}

PROGRAMS = {
    "x g": """mu = np.mean(x, axis=0, keepdims=True)  # of every column
spread = np.var(x, axis=0, keepdims=True)
normal = (x - mu) / np.sqrt(spread
                            + 1e-5)
np.sum(g * normal)""",
    "x W h U b": "a = np.tanh(x @ W + h @ U + b); c = a * h; np.sum(c ** 2) / 2",
    "x g r": "m = x.max(axis=1, keepdims=True); s = np.exp(x - m)\n"
    "(g * s / s.sum(axis=-1, keepdims=True)).sum() + r.min()",
    "x r": "np.linalg.norm(x) + np.std(x) + x.std(0).sum() + np.square(r).sum()",
    "p q W b": "p @ W @ b + W.T @ p @ b + p.T @ q + np.dot(p, q) + np.tanh(W.T @ p + b).sum()",
    "p b W": "np.sum(np.outer(p, b) * W) + (W @ b).sum()",
    "x": "z = x.flatten(); np.sum(z ** 3)",
    "x r g": "z = np.concatenate([x, r], axis=0); np.sum(z**3) + np.sum(np.vstack([x, g]) ** 3)",
    "p b": "z = np.concatenate([p, b]); (z ** 2 * z).sum() + np.sum(np.hstack([b, p]) ** 3)",
    "E h": "np.sum(E[[2, 0, 2, 1]] * h)",
}
"""Programs that are Python's as well as ours, by the names that they take."""
PAPER = [
    ("W b p", "Wᵀp + b", "np.sum(W.T @ p + b)"),
    ("W b p", "pᵀWb", "p @ W @ b"),
    ("W b p", "p^T W b", "p @ W @ b"),
    ("W b", "Wb", "np.sum(W @ b)"),
    ("x W", "‖xW‖²", "np.sum((x @ W) ** 2)"),
    ("x W", "||x W||^2 / 2", "np.sum((x @ W) ** 2) / 2"),
    ("p q", "p·q/(‖p‖ ‖q‖)", "p @ q / np.sqrt((p @ p) * (q @ q))"),
    ("p", "logsumexp(p)", "np.log(np.exp(p).sum())"),
    ("x g", "sum(g * softmax(x, axis=0))", "np.sum(g * np.exp(x) / np.exp(x).sum(0))"),
    ("x W", "s = ReLU(xW); L = mean(s)", "np.mean(np.maximum(x @ W, 0))"),
    ("E h", "sum(embedding(E, [2, 0, 2, 1]) ⊙ h)", "np.sum(E[[2, 0, 2, 1]] * h)"),
]


@pytest.mark.parametrize(
    ("names", "ours", "python"),
    [*((names, text, text) for names, text in PROGRAMS.items()), *PAPER],
)
def test_a_program_means_what_numpy_computes(names, ours, python):
    given = {name: VALUES[name] for name in names.split()}
    *before, last = python.replace("\n    ", " ").replace("\n", ";").split(";")
    computed = {"np": np, **given}
    for line in before:
        exec(line.partition("#")[0].strip(), computed)
    graph = cp.graph(ours, **given)
    assert graph.value == pytest.approx(eval(last.strip(), computed), rel=1e-12)
    for name, gradient in graph.gradient.items():  # along a random direction
        step = 1e-5 * RANDOM.normal(size=given[name].shape)
        ends = [cp.graph(ours, **given | {name: given[name] + side * step}) for side in (1, -1)]
        slope = np.sum(gradient * step.reshape(gradient.shape))
        assert (ends[0].value - ends[1].value) / 2 == pytest.approx(slope, rel=1e-4, abs=1e-12)


def test_a_line_gives_its_name_to_what_it_computes():
    graph = cp.graph("z = w x + b; a = σ(z); L = ½(a − y)²", w=2.0, x=1.0, b=-1.0, y=1.0)
    assert [node.name for node in graph.nodes if node.kind == "result"] == [
        "v1", "z", "a", "v2", "v3", "L",
    ]  # fmt: skip
    assert "dL/dz" in graph.text()
    matrices = cp.graph("v1 = x @ W; sum(v1 * v1 + v1)", x=VALUES["x"], W=VALUES["W"])
    assert len({node.name for node in matrices.nodes}) == len(matrices.nodes)
    wrong = cp.diagnose({"dv1": 2 * VALUES["x"] @ VALUES["W"]}, matrices)
    assert wrong.findings


def test_a_norm_has_a_derivative_where_it_vanishes_only_if_squared():
    assert cp.graph("‖w‖²", w=[0.0, 0.0]).gradient["w"].tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ("h = tanh(p); 2", "no later line takes it"),
        ("tanh(p); p", "gives a name"),
        ("h = p; h = 2 h; h", "has a value before"),
        ("h = p; k", "no value"),
        ("p ·(q", "cannot be read"),
        ("p·q / (|p| |q|)", "norm"),
        ("aap", "no value"),
        ("os.system(p)", "no value"),
        ("system(p)", "not one of"),
        ("p[0]", "allowed"),
        ("", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_said(expression, because):
    values = {name: VALUES[name] for name in "pq" if name in expression} or {"p": VALUES["p"]}
    with pytest.raises(cp.InputError, match=because):
        cp.graph(expression, **values)
