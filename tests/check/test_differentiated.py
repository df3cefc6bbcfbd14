"""A program's own operations, differentiated: networks that are no layers in a row."""

import ast
from dataclasses import replace

import numpy as np
import pytest

from clearprop.check.script import check_file
from clearprop.check.script.child.arrays.by_hand import updates_by_hand
from clearprop.check.script.child.arrays.history import MAKERS, History
from clearprop.check.script.child.arrays.matrices import without_bias
from clearprop.check.script.child.arrays.steps import Steps
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.graphs.descents import descents, sample
from clearprop.check.script.child.graphs.rules import OpaqueError, passed_back
from clearprop.check.script.child.record.calls import Call, Placed
from clearprop.check.script.child.record.einsum import as_product
from clearprop.check.script.child.record.recording import Recorder, filled
from clearprop.check.script.child.record.trace import Operation, Trace
from clearprop.check.script.observed import Derived, Descent, Piece, Watched
from clearprop.check.script.page import report_page
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.source.instrument.program import instrumented
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.watched.differentiated import is_left_out, right_by_differentiation
from clearprop.check.script.watched.partly_right import wrong_by_differentiation

pytestmark = pytest.mark.long

random = np.random.default_rng(7)
U, V, T = random.normal(size=(3, 4)), random.normal(size=(4, 2)), random.random((2, 3, 4)) + 0.5
FUNCTIONS = {
    "u + v": ("+", None, lambda u, v: u + v, (U, U[0])),
    "u - v": ("-", None, lambda u, v: u - v, (U[:, :1], U)),
    "u v": ("*", None, lambda u, v: u * v, (U, T)),
    "u / v": ("/", None, lambda u, v: u / v, (U, T[0])),
    "u ** v": ("**", None, lambda u, v: u**v, (T, np.array(3.0))),
    "−u": ("negative", None, lambda u: -u, (U,)),
    "matrices": ("@", None, lambda u, v: u @ v, (U, V)),
    "matrix and vector": ("@", None, lambda u, v: u @ v, (U, V[:, 0])),
    "vectors": ("@", None, lambda u, v: u @ v, (U[0], V[:, 0])),
    "stacks": ("@", None, lambda u, v: u @ v, (T, V)),
    "dot of stacks": ("@", Call(np.dot, (Placed(0), Placed(1))), np.dot, (T, V)),
    "outer": ("outer", None, np.outer, (U[0], V[0])),
    "exp": ("exp", None, np.exp, (U,)),
    "log": ("log", None, np.log, (T,)),
    "tanh": ("tanh", None, np.tanh, (U,)),
    "maximum": ("maximum", None, np.maximum, (U, np.array(0.1))),
    "larger of two": ("max", Call(np.maximum, (Placed(0), Placed(1))), np.maximum, (U, 0.5 - U)),
    "arctan": ("arctan", Call(np.arctan, (Placed(0),)), np.arctan, (U,)),
    "sum": ("sum", Call(np.sum, (Placed(0),), {"axis": 1}), lambda u: u.sum(axis=1), (T,)),
    "mean": ("mean", Call("mean", (Placed(0), 0)), lambda u: u.mean(0), (U,)),
    "largest": ("max", Call("max", (Placed(0), 1)), lambda u: u.max(1), (U,)),
    "variance": ("var", Call(np.var, (Placed(0), 0)), lambda u: u.var(0), (U,)),
    "deviation": (
        "std",
        Call("std", (Placed(0),), {"axis": 1, "keepdims": True}),
        lambda u: u.std(axis=1, keepdims=True),
        (U,),
    ),
    "clip": ("clip", Call(np.clip, (Placed(0), -0.5, 0.5)), lambda u: np.clip(u, -0.5, 0.5), (U,)),
    "where": ("where", None, lambda c, u, v: np.where(c != 0, u, v), (U > 0, U, U * 0.1)),
    "reshape": ("reshape", Call("reshape", (Placed(0), 2, 6)), lambda u: u.reshape(2, 6), (U,)),
    "slice": (
        "getitem",
        Call(lambda u, index: u[index], (Placed(0), (slice(None), [0, 2, 2]))),
        lambda u: u[:, [0, 2, 2]],
        (U,),
    ),
    "joined": (
        "hstack",
        Call(np.hstack, ([Placed(0), Placed(1)],)),
        lambda u, v: np.hstack([u, v]),
        (U, U[:, :2] * 2),
    ),
    "filled": (
        "setitem",
        Call(filled, (Placed(0), np.s_[:, 1:3], Placed(1))),
        lambda u, v: np.column_stack([u[:, :1], v, u[:, 3:]]),
        (U, U[:, :2] * 2),
    ),
    "norm": ("norm", Call(np.linalg.norm, (Placed(0),)), np.linalg.norm, (U,)),
    "einsum": (
        "einsum",
        Call(np.einsum, ("ij,jk->ki", Placed(0), Placed(1))),
        lambda u, v: np.einsum("ij,jk->ki", u, v),
        (U, V),
    ),
    "leaky": ("setitem", None, lambda u: np.where(u < 0, 0.1 * u, u), (U,)),
}  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_goes_back_is_the_slope(function):
    name, call, of, inputs = FUNCTIONS[function]
    inputs = [np.array(u, dtype=float) for u in inputs]
    w = np.asarray(of(*inputs))
    g = random.normal(size=w.shape)
    operation = Operation(0, 1, name, tuple(range(len(inputs))), len(inputs), call)
    shares = passed_back(operation, inputs, w, g)
    for place, share in enumerate(shares):
        if share is None:  # a condition
            continue
        direction = random.normal(size=inputs[place].shape)
        ends = []
        for h in (1e-6, -1e-6):
            moved = list(inputs)
            moved[place] = inputs[place] + h * direction
            ends.append(np.sum(g * of(*moved)))
        assert np.sum(share * direction) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


def test_a_function_of_which_nothing_is_known_lets_nothing_back():
    with pytest.raises(OpaqueError):
        passed_back(Operation(0, 1, "mystery", (0,), 1), [U], U, U)


BEGIN = """
import numpy as np
r = np.random.default_rng(3)
X, Y = r.normal(size=(12, 4)), r.normal(size=(12, 2))
A, B, C, b = r.normal(size=(4, 3)), r.normal(size=(4, 3)), r.normal(size=(3, 2)), np.zeros(3)
for _ in range(4):
"""
PROGRAMS = {
    "gates": """
    g, h = 1 / (1 + np.exp(-X @ A)), np.tanh(X @ B + b)
    d = (g * h) @ C - Y
    print(np.sum(d * d))
    e = d @ C.T
    C, A = C - .01 * (g * h).T @ d, A - .01 * X.T @ (e * h * g * (1 - g))
    B, b = B - .01 * X.T @ (e * g * (1 - h * h)), b - .01 * (e * g * (1 - h * h)).sum(0)
""",
    "a shortcut, and a loss that is computed": """
    h = np.logaddexp(0, X @ A + b)
    q = h @ C + X[:, :2] - Y
    loss = np.mean(np.log(np.cosh(q)))
    d = np.tanh(q) / q.size
    e = d @ C.T * (1 - np.exp(-h))
    C -= .1 * h.T @ d; A -= .1 * X.T @ e; b -= .1 * e.sum(0)
""",
    "normalised over the batch": """
    z = X @ A
    s = np.sqrt(z.var(0) + 1e-5)
    n = (z - z.mean(0)) / s
    h = np.tanh(n + b)
    d = h @ C - Y
    loss = (d ** 2).mean()
    e = d @ C.T * (1 - h * h)
    C -= .01 * h.T @ d; b -= .01 * e.sum(0)
    A -= .01 * X.T @ ((e - e.mean(0) - n * (e * n).mean(0)) / s)
""",
    "one weight matrix for two times": """
    h = np.tanh(X @ A)
    k = np.tanh(h @ A[:3] + b)
    d = k @ C - Y
    loss = np.linalg.norm(d) ** 2
    e = d @ C.T * (1 - k * k)
    f = e @ A[:3].T * (1 - h * h)
    g = X.T @ f
    g[:3] += h.T @ e
    C -= .01 * k.T @ d; b -= .01 * e.sum(0); A -= .01 * g
""",
    "two outputs": """
    h = np.tanh(X @ A + b)
    d, f = h @ C - Y, 1 / (1 + np.exp(-h @ B[:3, :1])) - (Y[:, :1] > 0)
    e = (d @ C.T + 3 * f @ B[:3, :1].T) * (1 - h * h)
    D = B.copy(); D[:3, :1] -= .03 * h.T @ f
    C, A, b, B = C - .01 * h.T @ d, A - .01 * X.T @ e, b - .01 * e.sum(0), D
""",
}
SLIPS = {
    "gates": ("e * h * g * (1 - g)", "e * g * (1 - g)"),
    "a shortcut, and a loss that is computed": (" * (1 - np.exp(-h))", ""),
    "normalised over the batch": (" - n * (e * n).mean(0)", ""),
}


BLOCKS = """
import numpy as np
r = np.random.default_rng(3)
X, Y = r.normal(size=(12, 4)), r.normal(size=(12, 2))
A, B, b, c = r.normal(size=(4, 3)), r.normal(size=(4, 3)), np.zeros(3), np.zeros(3)
C, D = r.normal(size=(3, 2)), r.normal(size=(3, 3))
for _ in range(3):
    g, h = 1 / (1 + np.exp(-X @ A)), np.tanh(X @ B + b)
    p = g * h
    k = np.maximum(p @ D + c, 0)
    q = k + p
    d = (q @ C - Y) / 12
    loss = np.sum(d * d) * 6
    e = d @ C.T
    f = e * (k > 0)
    s = f @ D.T + e
    u, v = s * h * g * (1 - g), s * g * (1 - h * h)
    dC, dD, dc = q.T @ d, p.T @ f, f.sum(0)
    dA, dB, db = X.T @ u, X.T @ v, v.sum(0)
    A, B, b, C, D, c = A - .1 * dA, B - .1 * dB, b - .1 * db, C - .1 * dC, D - .1 * dD, c - .1 * dc
"""
"""A gate, a block with a shortcut, and two biases that cannot be told apart at first."""
UNFOLDED = """
import numpy as np
r = np.random.default_rng(3)
X, Y = r.normal(size=(3, 12, 2)), r.normal(size=(12, 2))
A, B, C = r.normal(size=(2, 3)), r.normal(size=(3, 3)), r.normal(size=(3, 2))
for _ in range(3):
    s = [np.zeros((12, 3))]
    for x in X: s.append(np.tanh(x @ A + s[-1] @ B))
    d = (s[-1] @ C - Y) / 12
    loss = np.sum(d * d) * 6
    e, dA, dB, dC = d @ C.T, 0 * A, 0 * B, s[-1].T @ d
    for t in (2, 1, 0):
        z = e * (1 - s[t + 1] ** 2)
        dA = dA + X[t].T @ z; dB = dB + s[t].T @ z
        e = z @ B.T
    A, B, C = A - .1 * dA, B - .1 * dB, C - .1 * dC
"""
NAMED = [
    (BLOCKS, "A - .1 * dA", "A + .1 * dA", "sign", "dA"),
    (BLOCKS, "dC, dD, dc = q.T @ d", "dC, dD, dc = q.T @ d * 12", "average_missing", "dC"),
    (BLOCKS, "dC, dD, dc = q.T @ d", "dC, dD, dc = q.T @ d / 12", "average_twice", "dC"),
    (BLOCKS, "dC, dD, dc = q.T @ d", "dC, dD, dc = q.T @ d * 2", "factor_two", "dC"),
    (BLOCKS, "p.T @ f", "f.T @ p", "gradient_transposed", "dD"),
    (BLOCKS, "v.sum(0)", "v.sum()", "bias_axis", "db"),
    (BLOCKS, "v.sum(0)", "v.mean() * 12", "bias_axis", "db"),
    (BLOCKS, " * (k > 0)", "", "relu_mask", "dA dB db dD dc"),
    (BLOCKS, "h * g * (1 - g)", "h", "derivative_left_out", "dA"),
    (BLOCKS, "g * (1 - g), s * g * (1 - h * h)", "1, s * g", "derivative_left_out", "dA dB db"),
    (BLOCKS, "p.T @ f, f.sum(0)", "p.T @ e, e.sum(0)", "derivative_left_out_of_own", "dD dc"),
    (BLOCKS, "p.T @ f", "p.T @ e", "derivative_left_out_of_own", "dD"),
    (BLOCKS, "f @ D.T", "e @ D.T", "error_carried_back", "dA dB db"),
    (BLOCKS, "d @ C.T", "d @ (C - .1 * q.T @ d).T", "updated_weights", "dA dB db dD dc"),
    (UNFOLDED, " * (1 - s[t + 1] ** 2)", "", "derivative_left_out", "dA dB"),
    (BLOCKS, "(1 - h * h)", "(1 - np.tanh(h) ** 2)", "derivative_at_activation", "dB db"),
    (BLOCKS, "(1 - h * h)", "h * (1 - h)", "derivative_of_another", "dB db"),
    (BLOCKS, "e * (k > 0)", "e * k", "activation_for_derivative", "dA dB db dD dc"),
    (BLOCKS, "f @ D.T", "f @ D", "weights_not_transposed", "dA dB db"),
    (UNFOLDED, "(1 - s[t + 1] ** 2)", "(1 - s[t + 1])", "power_in_derivative", "dA dB"),
    (UNFOLDED, "z @ B.T", "z @ B", "weights_not_transposed", "dA dB"),
    (UNFOLDED, "s[-1].T @ d\n", "2 * s[-1].T @ d\n", "factor_two", "dC"),
    (PROGRAMS["normalised over the batch"], " * (1 - h * h)", "", "derivative_left_out", "dA db"),
]  # fmt: skip


WIDE = """
import numpy as np
r = np.random.default_rng(3)
A, C = r.normal(size=(710, 710)) / 30, r.normal(size=(710, 3)) / 30
X, Y = r.normal(size=(5, 710)), r.normal(size=(5, 3))
for _ in range(3):
    h = np.tanh(X @ A)
    d = h @ C - Y
    print(np.sum(d * d))
    e = d @ C.T * (1 - h * h)
    C, A = C - .001 * h.T @ d, A - .001 * X.T @ e
"""
"""Its weights are more numbers than a message holds."""


def seen(program: str) -> Watched:
    """Return the descents of a program that is run here."""
    recorder = Recorder(5.0)
    exec(compile(instrumented(ast.parse(program)), "program", "exec"), {RECORDER: recorder})
    return Watched(descents=tuple(descents(Steps(recorder.trace))))


@pytest.mark.parametrize(
    "program", [*(BEGIN + each for each in PROGRAMS.values()), BLOCKS, UNFOLDED]
)
def test_right_steps_of_any_network_are_right(program):
    watched, base = seen(program), SubmissionReport("program")
    report = right_by_differentiation(base, watched)
    assert report is not None
    assert report.outcome == "right"
    assert wrong_by_differentiation(base, watched) is None


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_located_where_other_arrays_are_right(name):
    wrong = PROGRAMS[name].replace(*SLIPS[name])
    assert wrong != PROGRAMS[name]
    watched, base = seen(BEGIN + wrong), SubmissionReport("program")
    assert right_by_differentiation(base, watched) is None
    report = wrong_by_differentiation(base, watched)
    assert report is not None
    assert report.outcome == "wrong"
    assert "dA" in report.own_loss.wrong
    assert "dC" not in report.own_loss.wrong


@pytest.mark.parametrize(("program", "right", "wrong", "name", "arrays"), NAMED)
def test_a_mistake_gets_its_name_whatever_the_network(program, right, wrong, name, arrays):
    assert program.count(right) == 1
    program = BEGIN * (program[:5] == "\n    ") + program.replace(right, wrong)
    report = wrong_by_differentiation(SubmissionReport("p"), seen(program))
    assert report is not None
    assert report.mistake == name
    assert report.own_loss.wrong == tuple(arrays.split())


def test_layers_too_wide_for_a_message_are_told_by_their_descent(tmp_path):
    path = tmp_path / "wide.py"
    path.write_text(WIDE)
    assert check_file(path, seed=1977).outcome == "right"
    path.write_text(WIDE.replace(" * (1 - h * h)", ""))
    report = check_file(path, seed=1977)
    assert report.outcome == "wrong"
    assert report.own_loss.wrong == ("dA",)


@pytest.mark.parametrize(
    ("letters", "shapes"),
    [
        ("ij,kj->ki", [(3, 2), (5, 2)]),
        ("ij,bjk->bik", [(3, 2), (5, 2, 1)]),
        ("ij,bik->bjk", [(3, 2), (5, 3, 4)]),
        ("bij,bkj->bik", [(5, 3, 1), (5, 4, 1)]),
        ("bij,jk->bik", [(5, 3, 2), (2, 7)]),
    ],
)
def test_sums_of_einsum_are_the_products_that_they_are(letters, shapes):
    one, other = (np.random.default_rng(1).normal(size=shape) for shape in shapes)
    (left, right), result = as_product((letters, one, other), np.einsum(letters, one, other))
    assert np.allclose(left @ right, result)


@pytest.mark.parametrize("letters", ["nio,no->ni", "ni,no->nio", "bij,bij->b"])
def test_other_sums_of_einsum_are_no_products(letters):
    sizes = {"n": 5, "b": 5, "i": 3, "o": 2, "j": 2}
    first, second = letters.partition("->")[0].split(",")
    one, other = (np.ones([sizes[each] for each in word]) for word in (first, second))
    assert as_product((letters, one, other), np.einsum(letters, one, other)) is None


def test_entries_that_stand_for_a_large_array_are_of_all_its_columns():
    columns = np.tile(np.arange(10.0), (3000, 1))
    assert set(sample(columns).ravel()) == set(range(10))


def test_of_what_was_made_very_often_the_last_operations_are_asked():
    recorder = Recorder(5.0)
    program = "import numpy as np\nx = np.arange(3.0)\nfor _ in range(99):\n    y = 0 * x"
    exec(compile(instrumented(ast.parse(program)), "program", "exec"), {RECORDER: recorder})
    history = History(recorder.trace)
    zeros = recorder.trace.find(np.zeros(3))
    made = history.made[zeros]
    assert len(made) == 99
    assert history.makers(zeros, made[-1].time) == made[-MAKERS:]
    assert history.makers(zeros, made[0].time) == made[:1]
    assert history.uses_between({made[0].operands[0]}, 0, made[0].time) == []


@pytest.mark.parametrize(("made_by", "parts"), [((), 0), (("getitem",), 2)])
def test_ones_that_sum_a_batch_are_no_part_of_outputs_that_are_1(made_by, parts):
    trace = Trace()
    outputs = np.column_stack([np.ones(5), U[0, :1].repeat(5)])
    before, after, errors = (trace.number(each) for each in (outputs, outputs - 2, U[:, :1]))
    ones, _ = trace.number(np.ones((5, 1))), trace.number(outputs[:, 1])
    trace.operations += [Operation(n, 1, name, (before,), ones) for n, name in enumerate(made_by)]
    trace.operations.append(Operation(2, 1, "@", (ones, errors), trace.number(U[:1])))
    history = History(trace)
    assert len(list(without_bias(history, [Update(3, 1, "g", before, after)]))) == parts


ADAM = """
import numpy as np
r = np.random.default_rng(3)
A, C = r.normal(size=(600, 300)) / 30, r.normal(size=(300, 2)) / 30
X, Y = r.normal(size=(6, 600)), r.normal(size=(6, 2))
m, v = [0 * A, 0 * C], [0 * A, 0 * C]
for t in range(1, 4):
    h = np.arctan(X @ A)
    d = h @ C - Y
    loss = np.mean(d ** 2)
    d = 2 * d / 2
    e = d @ C.T / (1 + np.tan(h) ** 2)
    for i, (W, g) in enumerate(((A, X.T @ e / 6), (C, h.T @ (d / 6)))):
        m[i] = .9 * m[i] + (1 - .9) * g
        v[i] = .99 * v[i] + (1 - .99) * g ** 2
        W -= .001 * ((m[i] / (1 - .9 ** t)) / (1e-8 + np.sqrt(v[i] / (1 - .99 ** t))))
"""


def test_the_gradient_behind_a_large_step_is_found_where_it_was_divided_by_a_number():
    watched, base = seen(ADAM), SubmissionReport("program")
    assert right_by_differentiation(base, watched) is not None
    wrong = seen(ADAM.replace(" / (1 + np.tan(h) ** 2)", ""))
    assert right_by_differentiation(base, wrong) is None


TURNED = """
import numpy as np
r = np.random.default_rng(3)
A, C, X, y = r.normal(size=(4, 3)), r.normal(size=(3, 3)), r.normal(size=(12, 4)), np.arange(12) % 3
for _ in range(3):
    h = np.arctan(X @ A)
    e = np.exp(h @ C).T
    p = (e / e.sum(axis=0)).T
    loss = -np.mean(np.log(p[range(12), y]))
    p[range(12), y] -= 1
    g = p @ C.T / (1 + np.tan(h) ** 2)
    C -= .1 * h.T @ p / 12; A -= .1 * X.T @ g / 12
"""


def test_what_was_computed_and_turned_is_no_parameter():
    watched, base = seen(TURNED), SubmissionReport("program")
    assert right_by_differentiation(base, watched) is not None
    wrong = seen(TURNED.replace(" / (1 + np.tan(h) ** 2)", ""))
    assert right_by_differentiation(base, wrong) is None


def test_data_that_are_only_prepared_are_not_followed():
    program = "import numpy as np\nX, rows = np.random.rand(3000, 2), []\n"
    program += "for n in range(3000): rows.append(X[n])\nX @ np.ones((2, 1))\nX[0]\n"
    recorder = Recorder(5.0)
    exec(compile(instrumented(ast.parse(program)), "program", "exec"), {RECORDER: recorder})
    names = [operation.name for operation in recorder.trace.operations]
    assert names.count("getitem") < 1000
    assert names[-2:] == ["@", "getitem"]


def test_large_arrays_are_told_apart_by_each_number():
    array = np.random.default_rng(1).normal(size=(200, 300))
    trace = Trace()
    found = trace.number(array)
    changed = array.copy()
    changed[150, 7] += 1e-12
    assert trace.find(array.copy()) == found
    assert trace.find(array.T.copy().T) == found
    assert trace.find(changed) is None
    assert trace.number(changed) != found
    assert trace.find(array.reshape(300, 200)) is None


def test_a_multiple_is_wrong_beside_the_learning_rate_of_the_others():
    program = BEGIN + PROGRAMS["gates"].replace("g * (1 - g))", "g * (1 - g) * 3)")
    program = program.replace("A - .01 * X.T @ ", "A - .01 * (X.T @ ").replace("* 3)", "* 3))")
    program = program.replace("C - .01 * (g * h).T @ d", "C - .01 * ((g * h).T @ d)")
    report = wrong_by_differentiation(SubmissionReport("p"), seen(program))
    assert report is not None
    assert report.own_loss.wrong == ("dA",)
    own_rate = program.replace("* 3))", "))").replace("A - .01", "A - .03")
    assert wrong_by_differentiation(SubmissionReport("p"), seen(own_rate)) is None


def test_what_changes_after_the_next_pass_is_no_part_of_a_step():
    program = (
        BEGIN.replace("range(4)", "range(8)")
        + """
    h = np.sin(X @ A)
    d = h @ C - Y
    print(np.sum(d ** 2))
    if _ % 2: C = C - .01 * h.T @ d
    else: A = A - .01 * X.T @ (d @ C.T * np.cos(X @ A))
"""
    )
    assert wrong_by_differentiation(SubmissionReport("p"), seen(program)) is None
    assert right_by_differentiation(SubmissionReport("p"), seen(program)) is not None


def test_a_sign_in_one_array_is_no_other_rule_of_descent():
    program = BEGIN + PROGRAMS["gates"].replace("A - .01", "A + .01")
    assert right_by_differentiation(SubmissionReport("p"), seen(program)) is None
    cut = BEGIN + PROGRAMS["gates"].replace("A - .01 * X", "A - np.clip(.01 * X").replace(
        "g * (1 - g))", "g * (1 - g)), -.02, .02)"
    )
    assert right_by_differentiation(SubmissionReport("p"), seen(cut)) is not None
    added = cut.replace("A - np.clip", "A + np.clip")
    assert right_by_differentiation(SubmissionReport("p"), seen(added)) is None


def test_a_recurrence_that_is_followed_back_for_one_step_only_is_not_accused():
    program = BEGIN + PROGRAMS["one weight matrix for two times"]
    watched = seen(program.replace("g[:3] += h.T @ e", "g[:3] = h.T @ e"))
    assert right_by_differentiation(SubmissionReport("p"), watched) is None
    assert wrong_by_differentiation(SubmissionReport("p"), watched) is None


def test_one_number_that_everything_goes_through_tells_by_its_rate_alone():
    program = """
import numpy as np
r = np.random.default_rng(3)
w, v = r.normal(size=(1, 9)), r.normal(size=(9, 1))
for n in range(4):
    x, y = r.normal(size=(1, 1)), r.normal()
    h = np.exp(-(x @ w) ** 2)
    a = h @ v
    d = a - y
    g, f = h.T @ d, x.T @ (d @ v.T * h * -2 * (x @ w))
    v, w = v - .1 * g, w - .1 * f
"""
    assert right_by_differentiation(SubmissionReport("p"), seen(program)) is not None
    slip = program.replace("d = a - y", "d = np.abs(a - y) + 1")
    assert right_by_differentiation(SubmissionReport("p"), seen(slip)) is None


def test_the_report_says_what_was_done(tmp_path):
    path = tmp_path / "gates.py"
    path.write_text(BEGIN + PROGRAMS["gates"], "utf-8")
    report = check_file(path, seed=1977)
    assert report.outcome == "right", report
    assert "differentiated as it stands: it is right" in str(report)
    assert "It goes down the squared error" in str(report)
    assert "直接对程序的运算求导：梯度正确" in report.text("zh")


def test_the_report_and_the_page_name_the_mistake(tmp_path):
    path = tmp_path / "blocks.py"
    path.write_text(BLOCKS.replace(" * (k > 0)", ""), "utf-8")
    report = check_file(path, seed=1977)
    assert report.as_data()["mistake"] == "relu_mask"
    said = {"en": "the ReLU mask is missing", "zh": "漏了 ReLU 掩码"}
    for language, title in said.items():
        assert title in report.text(language)
        assert title in report_page(report, language)
    assert "dA, dB, db, dD, dc come out exactly so with this slip" in report.text()


IN_A_DICT = """
import numpy as np
r = np.random.default_rng(3)
X, Y = r.normal(size=(4, 12)), r.normal(size=(2, 12))
P = {"A": r.normal(size=(5, 4)), "b": np.zeros((5, 1)), "B": r.normal(size=(5, 5)),
     "c": np.zeros((5, 1)), "C": r.normal(size=(2, 5))}
for _ in range(4):
    z = P["A"] @ X + P["b"]
    a = np.arctan(z)
    u = P["B"] @ a + P["c"]
    h = np.arctan(u) + a
    d = (P["C"] @ h - Y) / 12
    print(np.sum(d * d) * 6)
    e = P["C"].T @ d
    f = e / (1 + u * u)
    s = (P["B"].T @ f + e) / (1 + z * z)
    g = {"A": s @ X.T, "b": s.sum(1, keepdims=True), "B": f @ a.T, "c": f.sum(1, keepdims=True)}
    g["C"] = d @ h.T
    for k in P: P[k] = P[k] - .1 * g[k]
"""


def test_arrays_that_a_loop_changes_have_names_of_their_own(tmp_path):
    path = tmp_path / "dict.py"
    path.write_text(IN_A_DICT, "utf-8")
    assert check_file(path, seed=1977).outcome == "right"
    path.write_text(IN_A_DICT.replace(" / (1 + z * z)", ""), "utf-8")
    report = check_file(path, seed=1977)
    assert report.mistake == "derivative_left_out"
    assert report.own_loss.wrong == ("dP['A']", "dP['b']")
    assert "δˡ = Wˡ⁺¹ᵀ δˡ⁺¹" in report.text()  # a sample is a column


def test_a_network_without_activations_has_its_mistakes_named_too():
    program = (
        BEGIN
        + """
    q = X @ A
    d = (q + X[:, :3]) @ C - Y
    loss = np.sum(d * d) / 2
    e = d @ C.T
    C, A = C - .01 * (q + X[:, :3]).T @ d, A - .01 * X.T @ (d @ (C - .01 * (q + X[:, :3]).T @ d).T)
"""
    )
    report = wrong_by_differentiation(SubmissionReport("p"), seen(program))
    assert report is not None
    assert report.mistake == "updated_weights"


def test_what_has_no_name_stays_without_one():
    program = BLOCKS.replace("h * g * (1 - g)", "h * g * (1 - h)")
    report = wrong_by_differentiation(SubmissionReport("p"), seen(program))
    assert report is not None
    assert report.mistake == "unexplained"
    assert "Mistake:" not in report.text()


STATE_HANDED_ON = """
import numpy as np
rng = np.random.default_rng(0)
Wxh, Whh, Why = (0.3 * rng.normal(size=shape) for shape in ((5, 3), (5, 5), (3, 5)))
letters = rng.integers(0, 3, 60)
def learn(ins, outs, state):
    xs, hs, ps, loss = {}, {-1: state}, {}, 0
    for t in range(len(ins)):
        xs[t] = np.eye(3)[:, [ins[t]]]
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1])
        ps[t] = np.exp(Why @ hs[t]) / np.sum(np.exp(Why @ hs[t]))
        loss += -np.log(ps[t][outs[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    later = np.zeros_like(state)
    for t in reversed(range(len(ins))):
        dy = np.copy(ps[t])
        dy[outs[t]] -= 1
        dWhy += dy @ hs[t].T
        raw = (1 - hs[t] * hs[t]) * (Why.T @ dy + later)
        dWxh += raw @ xs[t].T
        dWhh += raw @ hs[t - 1].T
        later = Whh.T @ raw
    for slope in (dWxh, dWhh, dWhy):
        np.clip(slope, -5, 5, out=slope)
    return loss, (dWxh, dWhh, dWhy), hs[len(ins) - 1]
memory, state = [0 * Wxh, 0 * Whh, 0 * Why], np.zeros((5, 1))
for n in range(0, 50, 5):
    loss, slopes, state = learn(letters[n:n + 5], letters[n + 1:n + 6], state)
    for W, slope, m in zip((Wxh, Whh, Why), slopes, memory):
        m += slope * slope
        W += -0.1 * slope / np.sqrt(m + 1e-8)
"""


def test_a_state_that_is_handed_on_leads_back_to_no_earlier_weights(tmp_path):
    path = tmp_path / "letters.py"
    path.write_text(STATE_HANDED_ON, "utf-8")
    assert check_file(path, seed=1977).outcome == "right"
    path.write_text(STATE_HANDED_ON.replace("Whh.T @ raw", "Whh @ raw"), "utf-8")
    assert check_file(path, seed=1977).outcome != "right"


NO_LOSS = """
import numpy as np
r = np.random.default_rng(3)
A, C = r.normal(size=(5, 8)), r.normal(size=(8, 3))
X, Y = r.normal(size=(12, 5)), np.eye(3)[np.arange(12) % 3]
for _ in range(3):
    h = np.arctan(X @ A)
    e = np.exp(h @ C)
    p = e / e.sum(axis=1, keepdims=True)
    d = (p - Y) / 12
    g = d @ C.T * np.cos(h) ** 2
    C = C - .1 * h.T @ d
    A = A - .1 * X.T @ g
"""
BOLTZMANN = """
import numpy as np
r = np.random.default_rng(3)
W, b, c = .1 * r.normal(size=(8, 6)), np.zeros(8), np.zeros(6)
V = (r.random((20, 8)) < .5).astype(float)
def s(z): return 1 / (1 + np.exp(-z))
for _ in range(4):
    p = s(V @ W + c)
    h = (r.random(p.shape) < p).astype(float)
    v = s(h @ W.T + b)
    q = s(v @ W + c)
    W = W + .1 * (V.T @ p - v.T @ q) / 20
    b = b + .1 * (V - v).mean(0)
    c = c + .1 * (p - q).mean(0)
"""


def test_a_layer_is_wrong_beside_one_that_goes_down_a_usual_loss_which_nobody_computes():
    base = SubmissionReport("program")
    assert right_by_differentiation(base, seen(NO_LOSS)) is not None
    wrong = seen(NO_LOSS.replace("np.cos(h) ** 2", "(1 - h ** 2)"))
    assert right_by_differentiation(base, wrong) is None
    report = wrong_by_differentiation(base, wrong)
    assert report is not None
    assert report.own_loss.wrong == ("dA",)


def test_weights_say_what_is_right_where_their_bias_has_another_rate():
    """A bias that is averaged beside weights that are not, and a layer below that is wrong."""
    beside = NO_LOSS.replace("h @ C", "h @ C + c").replace("for _", "c = np.ones(6)\nfor _")
    beside = beside.replace("(8, 3)", "(8, 6)").replace(
        "np.eye(3)[np.arange(12) % 3]", "np.eye(6)[np.arange(12) % 6]"
    )
    beside = beside.replace("np.cos(h) ** 2", "(1 - h ** 2)").replace("h.T @ d", "(h.T @ d)")
    beside += "    c = c - .1 * d.mean(axis=0)\n"
    report = wrong_by_differentiation(SubmissionReport("program"), seen(beside))
    assert report is not None
    assert report.own_loss.wrong == ("dA", "dc")


FEW_WEIGHTS = """
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(30, 4)), rng.integers(0, 2, (30, 1)) * 1.0
V, W, b = rng.normal(size=(4, 4)) / 10, rng.normal(size=(4, 1)) / 10, np.zeros((1, 1))
for epoch in range(9):
    z = X @ V
    a = np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)
    p = 1 / (1 + np.exp(-(a @ W + b)))
    loss = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    e = p - Y
    f = e @ W.T * SLOPE
    W, b = W - .1 * a.T @ e / 30, b - .1 * e.sum(0, keepdims=True) / 30
    V = V - .1 * X.T @ f / 30
"""
"""What is meant as tanh is another function, for want of brackets."""


def test_the_weights_of_one_output_and_its_bias_show_together_what_they_go_down():
    own = "(np.exp(z) + 2 * np.exp(-2 * z) - np.exp(-z))"
    base = SubmissionReport("program")
    assert right_by_differentiation(base, seen(FEW_WEIGHTS.replace("SLOPE", own))) is not None
    report = wrong_by_differentiation(base, seen(FEW_WEIGHTS.replace("SLOPE", "(1 - a**2)")))
    assert report is not None
    assert report.own_loss.wrong == ("dV",)


def test_what_learns_by_another_rule_is_not_accused_although_a_bias_goes_down_a_usual_loss():
    assert wrong_by_differentiation(SubmissionReport("program"), seen(BOLTZMANN)) is None


PENALIZED = """
import numpy as np
r = np.random.default_rng(1)
X, y = r.normal(size=(30, 6)), r.integers(0, 4, 30)
W, each = 0.1 * r.normal(size=(6, 4)), range(30)
for _ in range(3):
    score = X.dot(W)
    margins = np.maximum(0, score - score[each, y].reshape(-1, 1) + 1)
    margins[each, y] = 0
    loss = np.sum(margins) / 30 + 0.5 * 500 * np.sum(W * W)
    steps = np.where(margins > 0, 1.0, 0.0)
    steps[each, y] = -np.sum(steps, axis=1)
    W += -1e-5 * (X.T.dot(steps) / 30 + 500 * W)
"""


@pytest.mark.parametrize(("slip", "is_right"), [("-np.sum(steps", True), ("np.sum(steps", False)])
def test_a_penalty_that_a_step_goes_down_says_nothing_of_the_loss(slip, is_right):
    watched = seen(PENALIZED.replace("-np.sum(steps", slip))
    report = right_by_differentiation(SubmissionReport("program"), watched)
    assert (report is not None) == is_right


MARGINS = """
import numpy as np
r = np.random.default_rng(3)
X, y = r.normal(size=(12, 4)), r.integers(0, 3, size=12)
V, c, W, b = r.normal(size=(4, 6)), np.ones(6), r.normal(size=(6, 3)), np.ones(3)
for turn in range(8):
    h = np.maximum(0, X @ V + c)
    s = h @ W + b
    gaps = np.maximum(0, s - s[range(12), y].reshape(12, 1) + 1)
    gaps[range(12), y] = 0
    loss = np.sum(gaps) / 12
    loss = loss + 0.5 * 0.01 * (np.sum(V * V) + np.sum(W * W))
    d = (gaps > 0) * 1.0
    d[range(12), y] = -np.sum(d, axis=1)
    low = d @ W.T * (h > 0)
    dW, db = h.T @ d / 12 + 0.01 * W, d.sum(axis=0) / 12
    dV, dc = X.T @ low / 12 + 0.01 * V, low.sum(axis=0) / 12
    W, b, V, c = W - 0.1 * dW, b - 0.1 * db, V - 0.1 * dV, c - 0.1 * dc
"""


@pytest.mark.parametrize("slip", [("d.sum(axis=0) / 12", "d.sum(axis=0)"), ()])
def test_the_sum_is_no_other_loss_than_the_mean_and_a_penalty(slip, tmp_path):
    path = tmp_path / "margins.py"
    path.write_text(MARGINS.replace(*slip) if slip else MARGINS)
    report = check_file(path, seed=1977)
    assert report.outcome == ("wrong" if slip else "right"), report
    assert not slip or "alone; the share of the rest" not in str(report)


PUT = """
import numpy as np
r = np.random.default_rng(3)
A, C = r.normal(size=(5, 3)), r.normal(size=(4, 2))
layers, y = [-np.ones(5), -np.ones(4)], np.zeros(2)
for x, t in zip(r.normal(size=(3, 4)), r.normal(size=(3, 2))):
    layers[0][1:] = x
    layers[1][1:] = np.arctan(layers[0] @ A)
    y[:] = layers[1] @ C
    e = y - t
    loss = np.sum(e ** 2)
    d = C[1:] @ e * np.cos(np.arctan(layers[0] @ A)) ** 2
    C = C - .1 * np.outer(layers[1], e)
    A = A - .1 * np.outer(layers[0], d)
"""


@pytest.mark.parametrize(("factor", "is_right"), [("", True), ("0.5 * ", False)])
def test_what_is_put_into_a_part_of_a_layer_goes_on_from_there(factor, is_right):
    watched = seen(PUT.replace("d = C", f"d = {factor}C"))
    report = right_by_differentiation(SubmissionReport("program"), watched)
    assert (report is not None) == is_right


FILLED = """
import numpy as np
r = np.random.default_rng(3)
A, B, C, b = r.normal(size=(3, 3)), r.normal(size=(3, 3)), r.normal(size=(4, 3)), np.zeros((3, 1))
for turn in range(3):
    x = np.zeros((3, 1))
    x[turn] = 1
    g, h = 1 / (1 + np.exp(-A @ x)), np.tanh(B @ x + b)
    d = C @ (g * h) - np.ones((4, 1))
    e = C.T @ d
    f, u = e * h * g * (1 - g), e * g * (1 - h * h)
    C, A, B, b = C - .1 * d @ (g * h).T, A - .1 * f @ x.T, B - .1 * u @ x.T, b - .1 * u
"""


@pytest.mark.parametrize(("slip", "is_right"), [("(1 - g)", True), ("(1 - h)", False)])
def test_zeros_that_are_filled_are_no_bias_that_begins_with_zeros(slip, is_right):
    watched = seen(FILLED.replace("(1 - g)", slip))
    assert len(watched.descents) == 3
    report = right_by_differentiation(SubmissionReport("program"), watched)
    assert (report is not None) == is_right


GUARDED = """
import numpy as np
r = np.random.default_rng(3)
A, C, rows = 2 * r.normal(size=(7, 4)), 2 * r.normal(size=(4, 7)), np.arange(6)
X, Z, t = np.eye(7)[:6], np.eye(7)[1:], r.permutation(7)[:6]
for _ in range(3):
    h = (X @ A + Z @ A) / 2
    p = np.exp(h @ C)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.sum(np.log(p[rows, t] + 1e-7)) / 6
    d = p.copy()
    d[rows, t] -= 1
    d /= 6
    e = d @ C.T / 2
    C, A = C - .1 * h.T @ d, A - .1 * (X.T @ e + Z.T @ e)
"""
"""Two words of a context share their weights."""


@pytest.mark.parametrize(
    "guarded", ["p[rows, t] + 1e-7", "np.clip(p[rows, t], 1e-4, 1)", "np.maximum(1e-4, p[rows, t])"]
)
@pytest.mark.parametrize(("slip", "is_right"), [("", True), (" * .5", False)])
def test_what_keeps_a_logarithm_from_0_may_be_passed_by_on_the_way_back(guarded, slip, is_right):
    program = GUARDED.replace("p[rows, t] + 1e-7", guarded)
    watched = seen(program.replace("X.T @ e", "X.T @ e" + slip))
    report = right_by_differentiation(SubmissionReport("program"), watched)
    assert (report is not None) == is_right


ONE_OUTPUT = """
import numpy as np
rng = np.random.default_rng(2)
V, c, U = rng.normal(size=(4, 3)), np.zeros((4, 1)), rng.normal(size=(4, 4))
W, b = rng.normal(size=(1, 4)), np.zeros((1, 1))
x, wanted = rng.normal(size=(3, 1)), np.array([[0.5]])
for turn in range(20):
    h = np.tanh(V @ x + c)
    r = np.tanh(U @ h)
    y = W @ (h + r) + b
    dy = y - wanted
    dr = W.T @ dy * (1 - r * r)
    dh = (W.T @ dy + U.T @ dr) * (1 - h * h)
    for p, g in ((V, dh @ x.T), (c, dh), (U, dr @ h.T), (W, dy @ (h + r).T), (b, dy)):
        p -= 0.1 * g
"""


def test_the_error_term_of_one_output_is_not_updated_by_its_bias(tmp_path):
    path = tmp_path / "one_output.py"
    path.write_text(ONE_OUTPUT, "utf-8")
    assert check_file(path, seed=1977).outcome == "right"


UPHILL = """
import numpy as np
rng = np.random.default_rng(27)
X, W, U = rng.normal(size=(12, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
v = rng.normal(size=(4, 1))
for x in X:
    x = x[None, :]
    h = np.tanh(x @ W)
    r = np.tanh(h @ U)
    a = 1 / (1 + np.exp(-(h + r) @ v))
    d = (0.25 - a) * a * (1 - a)
    dr = d @ v.T * (1 - r * r)
    dh = (d @ v.T + dr @ U.T) * (1 - h * h)
    for p, g in ((W, x.T @ dh), (U, h.T @ dr), (v, (h + r).T @ d)):
        p -= 0.1 * g
"""


def test_one_output_that_is_taken_from_its_target_and_from_1_is_one_error(tmp_path):
    path = tmp_path / "uphill.py"
    path.write_text(UPHILL, "utf-8")
    assert check_file(path, seed=1977).outcome != "right"
    path.write_text(UPHILL.replace("(0.25 - a)", "(a - 0.25)"), "utf-8")
    assert check_file(path, seed=1977).outcome == "right"


MEAN_OF_A_LIST = """
import numpy as np
rng = np.random.default_rng(3)
X, T = rng.normal(size=(12, 3)), rng.integers(0, 3, 12)
V, W = rng.normal(size=(3, 5)), rng.normal(size=(5, 3))
XV, TV = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
def share(X):
    e = np.exp(np.sin(X @ V) @ W)
    return e / e.sum(axis=1, keepdims=True)
def error(p, T):
    return np.mean(np.array([-np.log(p[i][t]) for i, t in enumerate(T)]))
for turn in range(40):
    h = np.sin(X @ V)
    e = np.exp(h @ W)
    p = e / e.sum(axis=1, keepdims=True)
    loss = error(p, T)
    g = np.zeros_like(p)
    for i, t in enumerate(T):
        g[i][t] = -1 / p[i][t]
    J = [np.diag(q) - np.outer(q, q) for q in p]
    d = np.array([J[i] @ g[i] for i in range(12)]) / 12
    back = d @ W.T * np.cos(X @ V)
    W = W - 0.1 * h.T @ d
    V = V - 0.1 * X.T @ back
    held_back = error(share(XV), TV)
"""


@pytest.mark.parametrize("slip", ["", " * np.cos(X @ V)"])
def test_the_mean_of_a_list_is_told_from_that_of_other_samples(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(MEAN_OF_A_LIST.replace(slip, "") if slip else MEAN_OF_A_LIST)
    report = check_file(path, seed=1977)
    assert (report.outcome == "right") == (not slip), report


TWO_HEADS = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(20, 3))
S, T = 2 * X[:, :1], X[:, 1:] ** 2
W, b = rng.normal(size=(3, 6)) / 2, np.zeros(6)
U, V = rng.normal(size=(6, 1)) / 2, rng.normal(size=(6, 2)) / 2
for turn in range(40):
    h = np.tanh(X @ W + b)
    p, q = h @ U, h @ V
    one, other = np.mean((p - S) ** 2), np.mean((q - T) ** 2)
    print(one + other)
    dp, dq = 2 * (p - S) / S.size, 2 * (q - T) / T.size
    dh = (dp @ U.T + dq @ V.T) * (1 - h**2)
    U -= 0.05 * h.T @ dp
    V -= 0.05 * h.T @ dq
    W -= 0.05 * X.T @ dh
    b -= 0.05 * dh.sum(0)
"""


@pytest.mark.parametrize("head", ["", " + dq @ V.T"])
def test_a_shared_layer_gets_the_errors_of_both_outputs(head, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(TWO_HEADS.replace(head, "") if head else TWO_HEADS)
    report = check_file(path, seed=1977)
    assert (report.outcome == "right") == (not head), report
    if head:
        assert set(report.own_loss.wrong) == {"dW", "db"}


ADVERSARIES = """
import numpy as np
rng = np.random.default_rng(0)
G, U = rng.normal(size=(2, 6)) / 2, rng.normal(size=(6, 2)) / 2
D, V = rng.normal(size=(2, 5)) / 2, rng.normal(size=(5, 1)) / 2
def judge(x):
    h = np.tanh(x @ D)
    return h, 1 / (1 + np.exp(-h @ V))
for turn in range(60):
    real, z = rng.normal(size=(16, 2)) + 3, rng.normal(size=(16, 2))
    g = np.tanh(z @ G)
    made = g @ U
    (h, p), (k, q) = judge(real), judge(made)
    loss = -np.mean(np.log(p)) - np.mean(np.log(1 - q))
    fooled = -np.mean(np.log(q))
    dp, dq, up = (p - 1) / 16, q / 16, (q - 1) / 16
    dD = real.T @ (dp @ V.T * (1 - h**2)) + made.T @ (dq @ V.T * (1 - k**2))
    dV = h.T @ dp + k.T @ dq
    back = (up @ V.T * (1 - k**2)) @ D.T
    dU, dG = g.T @ back, z.T @ (back @ U.T * (1 - g**2))
    D, V, G, U = D - 0.05 * dD, V - 0.05 * dV, G - 0.05 * dG, U - 0.05 * dU
    print(loss, fooled)
"""


@pytest.mark.parametrize("second", ["", "    fooled = -np.mean(np.log(q))\n"])
def test_what_one_of_two_adversaries_goes_down_accuses_the_other_of_nothing(second, tmp_path):
    path = tmp_path / "program.py"
    named = ADVERSARIES.replace("judge", "discriminator") if second else ADVERSARIES
    path.write_text(named.replace(second, "").replace(", fooled", "") if second else named)
    assert check_file(path, seed=1977).outcome != "wrong"


DECAYED = """
import numpy as np
rng = np.random.default_rng(8)
X, T = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
V, W = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
for turn in range(40):
    h = np.sin(X @ V)
    y = h @ W
    print(np.mean((y - T) ** 2))
    d = 2 * (y - T) / T.size
    W = W - 0.1 * (h.T @ d + 0.02 * W)
    back = d @ W.T * np.cos(X @ V)
    V = V - 0.1 * (X.T @ back + 0.02 * V)
"""


def test_weights_that_were_updated_too_early_are_named_beside_decay(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(DECAYED)
    report = check_file(path, seed=1977)
    assert report.own_loss.finding.name == "updated_weights", report


LAST_SAMPLE_ALONE = """
import numpy as np
rng = np.random.default_rng(3)
X, Y = rng.normal(size=(24, 4, 1)), rng.normal(size=(24, 3, 1))
V, W = rng.normal(size=(6, 4)), rng.normal(size=(3, 6))
b, c = rng.normal(size=(6, 1)), rng.normal(size=(3, 1))
for n in range(0, 24, 8):
    gV, gW, gb, gc = 0 * V, 0 * W, 0 * b, 0 * c
    for x, y in zip(X[n : n + 8], Y[n : n + 8]):
        h = np.tanh(V @ x + b)
        d = W @ h + c - y
        gc = d
        gW = d @ h.T
        d = W.T @ d * (1 - h ** 2)
        gb += d
        gV += d @ x.T
    V -= 0.1 / 8 * gV
    b -= 0.1 / 8 * gb
    W -= 0.1 / 8 * gW
    c -= 0.1 / 8 * gc
"""


def test_gradients_of_other_samples_in_some_arrays_are_no_rule_of_descent():
    base = SubmissionReport("p")
    assert right_by_differentiation(base, seen(LAST_SAMPLE_ALONE)) is None
    right = LAST_SAMPLE_ALONE.replace("gc = d", "gc += d").replace("gW = d", "gW += d")
    assert wrong_by_differentiation(base, seen(right)) is None


def half_right(kind):
    """Return a step whose W goes down an E of this kind and whose V does not."""
    dV, dW = random.normal(size=(3, 4)), random.normal(size=(4, 2))
    moved = [(V, 0.1 * dW, "W"), (U, random.normal(size=(3, 4)), "V")]
    pieces = tuple(Piece(before, before - step, name, 9) for before, step, name in moved)
    return Descent(pieces, (Derived(kind, 5, 1, (dW, dV)),))


@pytest.mark.parametrize(
    ("kinds", "is_wrong"),
    [(["own", "own", "squared error"], True), (["own", "squared error", "squared error"], False)],
)
def test_a_last_step_before_its_e_was_computed_is_like_those_before(kinds, is_wrong):
    watched = Watched(descents=tuple(map(half_right, kinds)))
    report = wrong_by_differentiation(SubmissionReport("program.py"), watched)
    assert (report is not None) == is_wrong


ONE_LINE = """
import numpy as np
class Line:
    def fit(self, X, y):
        self.w_ = np.zeros(1 + X.shape[1])
        for _ in range(10):
            cost = [self.update(x, target) for x, target in zip(X, y)]
        return np.mean(cost)
    def update(self, x, target):
        error = target - self.net_input(x)
        self.w_[1:] += 0.01 * x.dot(error)
        self.w_[0] += 0.01 * error
        return 0.5 * error ** 2
    def net_input(self, X):
        return np.dot(X, self.w_[1:]) + self.w_[0]
"""


SLIPS_IN_A_LINE = [
    ("error", "error"),
    ("x.dot(error)", "(x + 1).dot(error)"),
    ("1 * error", "1 * error**2"),
]


@pytest.mark.parametrize("slip", SLIPS_IN_A_LINE)
def test_a_first_step_from_weights_of_0_is_not_needed(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ONE_LINE.replace(*slip))
    is_right = check_file(path, seed=1).outcome == "right"
    assert is_right == (slip == SLIPS_IN_A_LINE[0])


WITH_BIAS_INSIDE = """
import numpy as np
r = np.random.default_rng(3)
X, Y, A, C = (r.normal(size=s) for s in ((4, 3), (4, 1), (4, 3), (4, 1)))
for x, y in zip(X, Y):
    h = A[:-1].T @ x + A[-1]
    o = C[:-1].T @ h + C[-1]
    d = o - y
    e = C[:-1] @ d
    h, x = np.append(h, 1), np.append(x, 1)
    for k in range(4):
        C[k] = C[k] - .1 * d * h[k]
    for n in range(4):
        for m in range(3):
            A[n, m] = A[n, m] - .1 * e[m] * x[n]
"""


def test_weights_beside_their_bias_are_no_parameters_of_their_own():
    """A[:-1] stands in products, and A is what is learned."""
    descents_seen = seen(WITH_BIAS_INSIDE).descents
    assert descents_seen
    assert all(descent.whole for descent in descents_seen)
    assert [piece.place for piece in descents_seen[0].parameters] == ["A", "C"]


ONE_INPUT = """
import numpy as np
np.random.seed(1)
inputs = np.linspace(-1, 1, 21)
v, w = np.random.randn(5) / 100, np.random.randn(5) / 100
for epoch in range(100):
    for x in inputs:
        z = x * v
        h = 1 / (1 + np.exp(-z))
        out = np.dot(w, h)
        dw = 0.3 * (x**2 - out) * h
        dv = 0.3 * (x**2 - out) * w * h * (1 - h) * x
        w = w + dw
        v = v + dv
"""


def test_weights_of_a_single_input_take_a_step_each_time(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ONE_INPUT)
    report = check_file(path, seed=1977)
    assert report.outcome == "right", report


DRAWN_ANEW = """
import numpy as np
r = np.random.default_rng(3)
X, Y = r.normal(size=(9, 4)), r.random((9, 2))
theta = r.normal(size=18)
A, C = theta[:12].reshape((4, 3), order="ORDER"), theta[12:].reshape((3, 2), order="ORDER")
h = np.tanh(X @ A)
d = h @ C - Y
loss = np.sum(d * d)
b = np.append(VALUES)
"""


@pytest.mark.parametrize(
    ("values", "order", "is_gradient"),
    [
        ("0.24 * r.random((4, 3)) - 0.12, 0.24 * r.random((3, 2)) - 0.12", "C", False),
        ("X.T @ (d @ C.T * (1 - h * h)), h.T @ d", "C", True),
        ("(X.T @ (d @ C.T * (1 - h * h))).T, (h.T @ d).T", "F", True),
    ],
)
def test_weights_that_are_drawn_anew_are_no_gradient_of_those_before(values, order, is_gradient):
    recorder = Recorder(5.0)
    text = DRAWN_ANEW.replace("VALUES", values).replace("ORDER", order)
    program = instrumented(ast.parse(text))
    exec(compile(program, "program", "exec"), {RECORDER: recorder})
    places = [update.place for update in updates_by_hand(History(recorder.trace))]
    assert places == (["b", "b"] if is_gradient else [])


NORMALISED = """
import numpy as np
r = np.random.default_rng(4)
X, Y = r.normal(size=(20, 3)), np.eye(2)[r.integers(0, 2, 20)]
p = {"A": r.normal(size=(3, 5)), "b": np.zeros(5), "C": r.normal(size=(5, 2)), "d": np.zeros(2)}
for turn in range(20):
    z = X @ p["A"] + p["b"]
    centred = z - z.mean(axis=0)
    std = np.sqrt((centred**2).mean(axis=0) + 1e-7)
    n = centred / std
    h = np.maximum(n, 0)
    e = h @ p["C"] + p["d"] - Y
    print(np.sum(e * e) / 40)
    e = e / 20
    dn = e @ p["C"].T * (h > 0)
    dc = dn / std - n * (dn * n).mean(axis=0) / std
    dz = dc - dc.mean(axis=0)
    grads = {"A": X.T @ dz, "b": dz.sum(axis=0), "C": h.T @ e, "d": e.sum(axis=0)}
    for key in p:
        p[key] = p[key] - 0.1 * grads[key]
"""


def test_of_a_bias_before_normalisation_rounding_alone_is_left():
    watched, base = seen(NORMALISED), SubmissionReport("program")
    assert right_by_differentiation(base, watched) is not None
    assert wrong_by_differentiation(base, watched) is None
    slipped = seen(NORMALISED.replace('"C": h.T @ e', '"C": n.T @ e'))
    report = wrong_by_differentiation(base, slipped)
    assert report is not None
    assert [name.split("'")[1] for name in report.own_loss.wrong] == ["C"]


TWICE_FORWARD = """
import numpy as np
r = np.random.default_rng(2)
x, A, b, C = r.normal(size=(1, 3)), r.normal(size=(3, 4)), np.zeros((1, 4)), r.normal(size=(4, 2))
for turn in range(3):
    z = x @ A + b
    out = z @ C
    A = A - STEP
"""


@pytest.mark.parametrize(("step", "left"), [("0.1 * np.zeros((3, 4))", ["A"]), ("0.1 * A", [])])
def test_weights_are_left_as_they_are_where_zeros_are_taken_off_and_not_where_b_is_0(step, left):
    recorder = Recorder(5.0)
    names = {RECORDER: recorder}
    program = instrumented(ast.parse(TWICE_FORWARD.replace("STEP", step)))
    exec(compile(program, "program", "exec"), names)
    steps = Steps(recorder.trace)
    assert steps.unmoved.factors == {recorder.trace.find(names[name]) for name in left}


def test_a_bias_is_left_out_where_a_loop_changes_it_beside_arrays_that_are_told():
    def changed(*shape):
        return Piece(np.zeros(shape), np.ones(shape), "params[key]", 7)

    two = Descent((changed(4, 3), changed(3, 2)), ())
    assert is_left_out(changed(3), two)
    assert not is_left_out(changed(3), replace(two, parameters=(*two.parameters, changed(3))))
    assert not is_left_out(replace(changed(3), place="b"), two)
