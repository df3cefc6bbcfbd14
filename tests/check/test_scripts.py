"""People's scripts: found, run, recognised and judged, whatever their form."""

from functools import partial
from pathlib import Path

import pytest

import clearprop as cp
from clearprop.check import search
from clearprop.check.script import check_file as check_file_anew
from clearprop.check.script import computed
from clearprop.check.script.sandbox import Limits
from clearprop.check.script.source.reading import parse

pytestmark = pytest.mark.long

SCRIPTS = Path(__file__).parent / "scripts"
SEED = 1977
"""Draws m = 5, n₀ = 4 and widths from 6 on."""
check_file = partial(check_file_anew, seed=SEED)
ENDLESS = ("return initialize(2, 4, 1)", "while True: pass")
"""A training of `moons` that never ends."""

RIGHT = {
    "two_layers_by_hand": ("relu sigmoid", "half_squared_error", "sum"),
    "moons": ("tanh sigmoid", "binary_cross_entropy", "mean"),
    "any_depth_columns": ("sigmoid sigmoid sigmoid", "half_squared_error", "sum"),
    "sums_over_paths": ("sigmoid sigmoid", "binary_cross_entropy", "sum"),
    "deep_columns": ("relu relu sigmoid", "binary_cross_entropy", "mean"),
    "class_numbers": ("relu softmax", "categorical_cross_entropy", "mean"),
    "weights_only_class": ("sigmoid sigmoid", "squared_error", "sum"),
    "one_sample": ("sigmoid sigmoid sigmoid", "half_squared_error", "mean"),
    "layer_objects": ("tanh tanh identity", "squared_error", "mean"),
    "globals_of_the_script": ("relu identity", "squared_error", "mean"),
    "all_in_train": ("tanh softmax", "categorical_cross_entropy", "mean"),
    "plotting_loop": ("tanh identity", "squared_error", "mean"),
    "unnumbered_weights": ("sigmoid sigmoid", "half_squared_error", "sum"),
    "main_with_data": ("relu softmax", "categorical_cross_entropy", "mean"),
    "with_penalty": ("tanh sigmoid", "binary_cross_entropy", "mean"),
    "one_unit": ("sigmoid", "binary_cross_entropy", "mean"),
    "update_step": ("tanh identity", "half_squared_error", "sum"),
    "minibatches": ("tanh softmax", "categorical_cross_entropy", "mean"),
    "one_by_one": ("sigmoid identity", "half_squared_error", "mean"),
    "deep_lists": ("relu relu softmax", "categorical_cross_entropy", "mean"),
    "rate_as_number": ("tanh sigmoid", "binary_cross_entropy", "mean"),
}


@pytest.mark.parametrize("script", RIGHT)
def test_right_scripts_are_recognised_and_right(script):
    report = check_file(SCRIPTS / f"{script}.py")
    activations, loss, reduction = RIGHT[script]
    assert report.ok, report
    assert report.mistake is None
    assert [layer.activation.name for layer in report.network.layers] == activations.split()
    assert (report.network.loss_rule.name, report.network.reduction) == (loss, reduction)


def test_xor_prints_a_mean_and_steps_down_half_a_sum():
    report = check_file(SCRIPTS / "xor_loop.py")
    assert report.ok
    assert report.loss.formula() == "1/m Σₙ Σₖ (a − y)²"
    assert "a common factor of a step is the learning rate" in str(report)
    assert "更新的公共因子就是学习率" in report.text("zh")


def test_functions_that_return_another_loss_and_gradient_disagree(changed):
    report = changed("any_depth_columns", ("0.5 * np.sum((y - h) ** 2)", "np.mean((y - h) ** 2)"))
    assert report.mistake == "loss_and_gradient_disagree"
    assert "times the gradient of what is printed" in str(report)


@pytest.fixture
def changed(tmp_path):
    """Check a script after some of its text has been replaced."""

    def check(script, *replacements, **keywords):
        text = (SCRIPTS / f"{script}.py").read_text("utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / f"{script}_changed.py"
        path.write_text(text, "utf-8")
        return check_file(path, **keywords)

    return check


ONE_NUMBER_A_BIAS = """
import numpy as np
def forward_prop(W1, b1, W2, b2, X):
    A1 = np.tanh(W1 @ X + b1)
    return A1, 1 / (1 + np.exp(-(W2 @ A1 + b2)))
def back_prop(A1, A2, W2, X, Y):
    m = Y.shape[1]
    dZ2 = A2 - Y
    dW2, db2 = dZ2 @ A1.T / m, np.sum(dZ2) / m
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1, db1 = dZ1 @ X.T / m, np.sum(dZ1) / m
    return dW1, db1, dW2, db2
"""

WRONG = {
    "average missing": (
        "moons",
        "average_missing",
        ("A1.T @ dZ2 / m", "A1.T @ dZ2"),
        ("keepdims=True) / m", "keepdims=True)"),
        ("X.T @ dZ1 / m", "X.T @ dZ1"),
    ),
    "average twice": ("moons", "average_twice", ("dZ2 = A2 - Y", "dZ2 = (A2 - Y) / m")),
    "bias not averaged": ("moons", "bias_not_averaged", ("keepdims=True) / m", "keepdims=True)")),
    "bias axis": ("moons", "bias_axis", ("np.sum(dZ1, axis=0, keepdims=True)", "np.sum(dZ1)")),
    "W for Wᵀ": ("moons", "weights_not_transposed", ('parameters["W2"].T', 'parameters["W2"]')),
    "f' left out": ("moons", "derivative_left_out", (" * (1 - A1**2)", "")),
    "f' of z": ("moons", "derivative_of_weighted_sum", ("1 - A1**2", '1 - cache["Z1"] ** 2')),
    "f' of sigmoid": ("moons", "derivative_of_another", ("1 - A1**2", "A1 * (1 - A1)")),
    "σ' kept": ("moons", "output_derivative", ("A2 - Y\n", "(A2 - Y) * A2 * (1 - A2)\n")),
    "z for a": ("moons", "weighted_sum_for_activation", ("A1.T @", 'cache["Z1"].T @')),
    "sign": ("moons", "sign", ("dZ2 = A2 - Y", "dZ2 = Y - A2")),
    "dW transposed": ("moons", "gradient_transposed", ("X.T @ dZ1 / m", "dZ1.T @ X / m")),
    "keepdims": ("deep_columns", "keepdims", ("axis=1, keepdims=True", "axis=1")),
    "mask": ("deep_columns", "relu_mask", ("dZ[cache <= 0] = 0", "pass")),
    "mask alone": (
        "deep_columns",
        "error_left_out",
        ("dZ[cache <= 0] = 0", "dZ = 1.0 * (cache > 0)"),
    ),
    "mask of dA": ("deep_columns", "relu_mask_source", ("dZ[cache <= 0]", "dZ[dA <= 0]")),
    "σ'(a)": (
        "deep_columns",
        "derivative_at_activation",
        ("np.exp(-cache)", "np.exp(-1 / (1 + np.exp(-cache)))"),
    ),
    "softmax axis": (
        "class_numbers",
        "softmax_axis",
        ("scores.max(axis=1, keepdims=True)", "scores.max()"),
        ("np.exp(scores).sum(axis=1, keepdims=True)", "np.exp(scores).sum(axis=0)"),
    ),
    "updated at once": (
        "xor_loop",
        "updated_weights",
        ("np.mean((y - a2) ** 2)", "0.5 * np.sum((y - a2) ** 2)"),
        ("    d_a1 = d_z2 @ W2.T", "    W2 -= lr * dW2\n    d_a1 = d_z2 @ W2.T"),
        ("    b1 -= lr * db1\n    W2 -= lr * dW2\n", "    b1 -= lr * db1\n"),
    ),
    "through globals": ("globals_of_the_script", "relu_mask", (" * (z1 > 0)", "")),
    "inside train": ("all_in_train", "sign", ("dZ2 = A2 - Y", "dZ2 = Y - A2")),
    "bias axis in a loop": (
        "xor_loop",
        "bias_axis",
        ("np.mean((y - a2) ** 2)", "0.5 * np.sum((y - a2) ** 2)"),
        ("db1 = np.sum(d_z1, axis=0, keepdims=True)", "db1 = np.sum(d_z1)"),
    ),
    "in columns": ("all_in_train", "keepdims", ("axis=1, keepdims=True) / m", "axis=1) / m")),
    "dA in a class": ("layer_objects", "derivative_left_out", ("grad * (1 - self.a**2)", "grad")),
    "added update": ("weights_only_class", "sign", ("+= d_weights", "-= d_weights")),
    "error for δ": (
        "unnumbered_weights",
        "error_carried_back",
        ("(output_term @ output_weights.T)", "(miss @ output_weights.T)"),
    ),
    "z for a, without numbers": (
        "unnumbered_weights",
        "derivative_of_weighted_sum",
        ("hidden_values * (1 - hidden_values)", "hidden_sum * (1 - hidden_sum)"),
    ),
    "one output": ("plotting_loop", "factor_two", ("grad_y = 2 * ", "grad_y = ")),
    "class numbers beside one-hot": ("main_with_data", "relu_mask", ("dZ1[Z1 <= 0] = 0", "pass")),
    "no penalty in one layer": (
        "with_penalty",
        "regularizer",
        ("dZ1 @ X.T / m + lambd / m * W1", "dZ1 @ X.T / m"),
    ),
    "penalty not averaged": ("with_penalty", "regularizer", ("lambd / m * W", "lambd * W")),
    "one unit": ("one_unit", "bias_not_averaged", ("np.sum(A - Y) / m", "np.sum(A - Y)")),
    "db averaged twice": ("deep_lists", "bias_not_averaged", ("delta.sum(", "delta.mean(")),
    "mask of another layer": (
        "deep_lists",
        "relu_mask_source",
        ("self.Zs[i - 1]", "self.As[i - 1]"),
    ),
    "W for Wᵀ in columns": (
        "deep_columns",
        "weights_not_transposed",
        ("W.T.dot(dZ)", "W.dot(dZ)"),
    ),
    "in a mini-batch": ("minibatches", "sign", ("dz2 /= len(yb)", "dz2 /= -len(yb)")),
    "through a class's update": (
        "weights_only_class",
        "derivative_at_activation",
        ("return x * (1.0 - x)", "return sigmoid(x) * (1 - sigmoid(x))"),
    ),
    "with a number as rate": ("rate_as_number", "derivative_left_out", (" * (1 - a1**2)", "")),
    "with a rate of any name": (
        "rate_as_number",
        "derivative_left_out",
        (" * (1 - a1**2)", ""),
        ("0.1 *", "speed *"),
        ("for _ in", "speed = 0.2\nfor _ in"),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_mistakes_in_scripts_are_named(case, changed):
    script, mistake, *replacements = WRONG[case]
    report = changed(script, *replacements)
    assert not report.ok
    assert report.mistake == mistake, report


def test_code_that_runs_on_equal_widths_only_says_where_it_fails(changed):
    report = changed("moons", ('parameters["W2"].T', 'parameters["W2"]'))
    assert "With layers of different widths it fails: line 39" in str(report)
    assert "In your code: 39: dZ1 = dZ2 @" in str(report)


def test_code_that_is_right_for_one_output_is_right(changed):
    report = changed("moons", ("dZ2 @ parameters", "dZ2 * parameters"))
    assert report.ok
    assert "for three it is not written: line 39" in str(report)


FAILING = {
    "no python": (("A2 - Y\n", "A2 -\n"), "it is not valid Python: line 36"),
    "unknown name": (("A2 - Y\n", "A2 - YY\n"), "line 36: `dZ2 = A2 - YY`: NameError"),
    "returns nothing": (('    return {"dW1"', '    _ = {"dW1"'), "returns no gradients"),
    "ends itself": (("A2 - Y\n", "exit()\n"), "SystemExit"),
    "asks": (("A2 - Y\n", "float(input())\n"), "nobody answers input()"),
    "full-width brackets": (("A2 - Y\n", "（A2 - Y）\n"), "an ASCII character belongs there"),
    "kills itself": (
        ("A2 - Y\n", "__import__('os')._exit(3)\n"),
        "it ended the process by itself",
    ),
    "strange argument": (("(parameters, cache, X, Y)", "(parameters, cache, X, Y, foo)"), "'foo'"),
    "strange forward": (
        ("forward_propagation(X, parameters)", "forward_propagation(X, parameters, foo)"),
        "'foo'",
    ),
}


@pytest.mark.parametrize("case", FAILING)
def test_failing_scripts_get_a_clear_word(case, changed):
    replacement, said = FAILING[case]
    report = changed("moons", replacement)
    assert report.mistake in ("does_not_run", None)
    assert not report.ok
    assert said in str(report)
    assert "Traceback" not in str(report)


def test_a_bias_gradient_of_one_number_is_judged_where_a_tuple_is_returned(tmp_path):
    path = tmp_path / "tuple.py"
    path.write_text(ONE_NUMBER_A_BIAS)
    report = check_file(path)
    assert report.mistake == "bias_axis", report


TURNED_TARGETS = """
import numpy as np
def forward(X, params):
    A1 = np.maximum(0, params["W1"] @ X + params["b1"])
    return params["W2"] @ A1 + params["b2"], A1
def slope(y, a):
    return 2 * (a - y) / y.shape[0]
def backward(X, y, params):
    m = y.shape[0]
    A2, A1 = forward(X, params)
    dZ2 = slope(y.T, A2)
    dZ1 = params["W2"].T @ dZ2 * (A1 > 0)
    return {"dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
            "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m}
"""


SMALL_LETTERS = """
import numpy as np
def forward(x, w1, b1, w2, b2):
    z1 = w1 @ x + b1
    a1 = np.maximum(0, z1)
    a2 = w2 @ a1 + b2
    return z1, a1, a2
def backward(z1, a1, a2, w2, x, y):
    m = x.shape[1]
    d2 = a2 - y
    d1 = w2.T @ d2 * (z1 > 0)
    dw2, db2 = d2 @ a1.T / m, d2.sum(axis=1, keepdims=True) / m
    dw1, db1 = d1 @ x.T / m, d1.sum(axis=1, keepdims=True) / m
    return dw1, db1, dw2, db2
"""


@pytest.mark.parametrize("weights", ["w", "weights_", "weight"])
def test_weights_are_handed_over_under_the_name_that_they_have(weights, tmp_path):
    path = tmp_path / "small.py"
    path.write_text(SMALL_LETTERS.replace("w2", f"{weights}2").replace("w1", f"{weights}1"))
    assert check_file(path).outcome == "right"
    wrong = path.read_text().replace("d1.sum(axis=1, keepdims=True)", "np.sum(d1)")
    assert wrong.count("np.sum(d1)") == 1
    path.write_text(wrong)
    assert check_file(path).mistake == "bias_axis"


def test_targets_in_rows_beside_samples_in_columns_are_handed_over_so(tmp_path):
    path = tmp_path / "turned.py"
    path.write_text(TURNED_TARGETS)
    report = check_file(path)
    assert report.outcome == "right", report
    assert report.mistake is None
    assert TURNED_TARGETS.count("(A1 > 0)") == 1
    path.write_text(TURNED_TARGETS.replace(" * (A1 > 0)", ""))
    assert check_file(path).mistake == "relu_mask"


def test_a_script_without_a_gradient_is_told_what_is_looked_for(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("x = 1\n")
    assert "no gradient was found" in str(check_file(path))
    path.write_bytes(b"\xff\xfe\x00")
    assert "not saved as UTF-8" in str(check_file(path))


def test_targets_without_an_axis_are_pointed_out(changed):
    report = changed("plotting_loop", ("y = np.cos(x)", "y = np.cos(x).ravel()"))
    assert report.mistake == "does_not_run"
    assert "Give the targets the shape (m, 1)" in str(report)
    assert "请把目标变成 (m, 1)" in report.text("zh")


def test_statements_that_only_training_makes_possible_are_left_out(changed):
    after = "p = model(1, 2)\nshape = p['W1'].shape\nprint('%d units' % shape[1])"
    report = changed("moons", ("p = model(1, 2)", after))
    assert report.ok
    assert "Note" not in str(report)


def test_a_failure_on_the_way_back_is_not_excused_by_fewer_layers(changed):
    report = changed("deep_lists", ("self.As[i].T @ delta", "self.As[i] @ delta"))
    assert not report.ok
    assert "With layers of different widths it fails: line 29" in str(report)


PRINTS_BEFORE = """
import numpy as np

def learn(X, y, hidden, epochs, learning_rate):
    W1, b1 = np.random.randn(X.shape[1], hidden), np.zeros((1, hidden))
    W2, b2 = np.random.randn(hidden, y.shape[1]), np.zeros((1, y.shape[1]))
    g_W1, g_b1 = np.zeros_like(W1), np.zeros_like(b1)
    g_W2, g_b2 = np.zeros_like(W2), np.zeros_like(b2)
    for epoch in range(1, epochs + 1):
        a1 = np.tanh(X @ W1 + b1)
        a2 = a1 @ W2 + b2
        if epoch % (epochs // STRIDE) == 0:
            print(epoch)
        delta = (a2 - y) / len(X)
        below = delta @ W2.T * (1 - a1 ** 2)
        g_W2, g_b2 = a1.T @ delta, delta.sum(axis=0, keepdims=True)
        g_W1, g_b1 = X.T @ below, below.sum(axis=0, keepdims=True)
        W1, b1 = W1 - learning_rate * g_W1, b1 - learning_rate * g_b1
        W2, b2 = W2 - learning_rate * g_W2, b2 - learning_rate * g_b2
    return W1, b1, W2, b2
"""


@pytest.mark.parametrize("stride", ["10", "20"])
def test_a_loop_that_fails_before_its_gradients_are_new_accuses_nothing(stride, tmp_path):
    path = tmp_path / "learn.py"
    path.write_text(PRINTS_BEFORE.replace("STRIDE", stride))
    report = check_file(path)
    assert report.mistake is None, report
    assert report.outcome != "wrong"


@pytest.mark.parametrize(
    ("replacement", "line"),
    [((" * (1 - h**2)", ""), "23: grad_z = "), (("x.T @", "3 * x.T @"), "30: grad_w1 = ")],
)
def test_the_line_shown_is_the_one_that_goes_wrong(replacement, line, changed):
    assert f"In your code: {line}" in str(changed("plotting_loop", replacement))


def test_files_beside_a_script_are_there_to_read(changed, tmp_path):
    (tmp_path / "factor.txt").write_text("1.0")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "zero.txt").write_text("0")
    (tmp_path / "part.py").write_text("ONE = 1")
    read = "float(open('factor.txt').read()) * (A2 - Y) + float(open('inner/zero.txt').read())\n"
    assert changed("moons", ("A2 - Y\n", read)).ok
    assert changed("moons", ("A2 - Y\n", "__import__('part').ONE * (A2 - Y)\n")).ok
    changed("moons", ("A2 - Y\n", "open('factor.txt', 'w').write('2')\n"))
    assert (tmp_path / "factor.txt").read_text() == "1.0"


@pytest.mark.parametrize("declared", ["# -*- coding: gbk -*-\n", ""])
def test_a_script_in_another_encoding_must_say_so(declared, tmp_path):
    path = tmp_path / "gbk.py"
    text = f"{declared}# 反向传播\n{(SCRIPTS / 'moons.py').read_text('utf-8')}"
    path.write_bytes(text.encode("gbk"))
    report = check_file(path)
    assert report.ok == bool(declared)
    assert declared or "not saved as UTF-8" in str(report)


def test_commands_of_a_notebook_are_left_out(changed):
    assert changed("moons", ("import numpy as np", "%matplotlib inline\nimport numpy as np")).ok


def test_what_cannot_be_called_is_said_in_chinese(changed):
    report = changed("moons", ("forward_propagation", "first"), ("model(", "train("))
    assert "Is there a forward pass?" in str(report)
    assert "有前向传播函数吗" in report.text("zh")
    report = changed("moons", ("cache, X, Y)", "cache, X, Y, foo)"))
    assert "需要参数 'foo'" in report.text("zh")


def test_a_failing_import_is_noted_but_no_obstacle(changed):
    report = changed("moons", ("import numpy as np", "import numpy as np\nimport not_installed"))
    assert report.ok
    assert "in the script, line 4: `import not_installed`" in str(report)


def test_functions_that_nothing_calls_are_judged_without_their_data(tmp_path):
    script = tmp_path / "digits.py"
    lines = ONE_NUMBER_FOR_ALL_BIASES.splitlines()
    script.write_text(ONE_NUMBER_FOR_ALL_BIASES, "utf-8")
    report = check_file(script)
    assert report.mistake == "bias_axis", report
    wanted = next(line for line in lines if "db2 =" in line)
    assert report.line == f"{lines.index(wanted) + 1}: {wanted.strip()}"
    over_all = ONE_NUMBER_FOR_ALL_BIASES.replace("np.exp(Z).sum(axis=0)", "np.sum(np.exp(Z))")
    other = tmp_path / "over_all.py"
    other.write_text(over_all, "utf-8")
    report = check_file(other)
    assert {each.name for each in report.diagnosis.findings} == {"softmax_axis", "bias_axis"}
    assert "the whole batch add up to 1" in str(report)


ONE_NUMBER_FOR_ALL_BIASES = """
import numpy as np
import pandas as pd

data = np.array(pd.read_csv("digits.csv"))
m, n = data.shape
X_train, Y_train = data[1000:m].T[1:n], data[1000:m].T[0]


def forward(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(0, Z1)
    Z2 = W2.dot(A1) + b2
    return Z1, A1, Z2, softmax(Z2)


def softmax(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=0)


def one_hot(Y):
    rows = np.zeros((Y.size, Y.max() + 1))
    rows[np.arange(Y.size), Y] = 1
    return rows.T


def backward(Z1, A1, Z2, A2, W1, W2, X, Y):
    dZ2 = A2 - one_hot(Y)
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1)
    return dW1, db1, dW2, db2


def gradient_descent(X, Y, alpha, iterations):
    W1, b1 = np.random.rand(10, 784), np.random.rand(10, 1)
    W2, b2 = np.random.rand(10, 10), np.random.rand(10, 1)
    for _ in range(iterations):
        Z1, A1, Z2, A2 = forward(W1, b1, W2, b2, X)
        dW1, db1, dW2, db2 = backward(Z1, A1, Z2, A2, W1, W2, X, Y)
        W1, b1 = W1 - alpha * dW1, b1 - alpha * db1
        W2, b2 = W2 - alpha * dW2, b2 - alpha * db2
    return W1, b1, W2, b2
"""


def test_what_fails_only_for_want_of_a_line_that_failed_is_not_noted(changed):
    lines = "import numpy as np\nvalue = [][1]\nother = value + 1\nlast = sought + 1\n"
    report = changed("moons", ("import numpy as np\n", lines))
    noted = [note.en for note in report.notes if "in the script" in note.en]
    assert len(noted) == 2
    assert "IndexError" in noted[0]
    assert "'sought'" in noted[1]


def test_globals_that_only_the_training_sets_are_set(changed):
    report = changed(
        "moons",
        ("    m = X.shape[0]\n", "    m = X.shape[0] * one\n"),
        ("p = model(1, 2)", "def half():\n    return 0.5\n\n\none = 2 * half()"),
    )
    assert report.ok, report


def test_the_training_of_a_script_is_not_run(changed):
    assert changed("moons", ENDLESS).ok


MODEL = """import os
import numpy as np


def predict(w, b, X):
    return (w.T @ X + b > 0) * 1.0


def model(X, Y, x_test, y_test, num_iterations=20):
    w, b = np.zeros((X.shape[0], 1)), 0
    for _ in range(num_iterations):
        grads, _ = propagate(w, b, X, Y)
        w -= 0.1 * grads["dw"]
        b -= 0.1 * grads["db"]
    d = {"costs": [], "w": w, "b": b}
    return d
"""


def test_a_function_that_is_told_its_number_of_steps_is_no_pass_forward(changed):
    report = changed(
        "one_unit", ("import numpy as np\n", f"{MODEL}\n\nmodel(*os.listdir('data'))\n")
    )
    assert report.outcome == "right", report
    assert "called propagate" in str(report)


def test_an_unknown_network_is_compared_with_its_own_loss(changed):
    sine = (("np.tanh(Z1)", "np.sin(Z1)"), ("1 - A1**2", 'np.cos(cache["Z1"])'))
    report = changed("moons", *sine)
    assert report.ok
    assert "differences of the code's own loss: it is right" in str(report)
    report = changed("moons", sine[0])
    assert not report.ok
    assert "dW1, db1 are wrong" in str(report) or "db1, dW1 are wrong" in str(report)
    report = changed("moons", *sine, ("dZ2 = A2 - Y", "dZ2 = 3 * (A2 - Y)"))
    assert "3 times too large" in str(report)


GRADIENT_CHECK = """
import numpy as np
from checks import *

def forward_propagation(x, theta):
    return x * theta

def backward_propagation(x, theta):
    return x

def forward_propagation_n(X, Y, parameters):
    m = X.shape[1]
    A1 = np.maximum(0, parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    cache = (A1, parameters["W2"], A2)
    return cost, cache

def backward_propagation_n(X, Y, cache):
    m = X.shape[1]
    (A1, W2, A2) = cache
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (A1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

backward_propagation_test(backward_propagation)
"""


def test_a_way_forward_that_returns_the_loss_beside_the_cache_is_asked_for_it(tmp_path):
    path = tmp_path / "gradient_check.py"
    path.write_text(GRADIENT_CHECK)
    assert check_file(path).outcome == "right"
    slipped = GRADIENT_CHECK.replace("dZ2 @ A1.T / m", "2 * dZ2 @ A1.T / m")
    path.write_text(
        slipped.replace("dZ1, axis=1, keepdims=True) / m", "dZ1, axis=1, keepdims=True)")
    )
    report = check_file(path)
    assert report.outcome == "wrong", report
    assert mistakes_of(report) == {"factor_two", "bias_not_averaged"}
    slipped = GRADIENT_CHECK.replace("dZ1, axis=1, keepdims=True)", "4 * dZ1, axis=1)[:, None]")
    path.write_text(slipped.replace("dZ2 @ A1.T / m", "dZ2 @ A1.T / m * 2"))
    report = check_file(path)
    assert mistakes_of(report) == {"factor_two", "single_factor"}


def mistakes_of(report):
    return {each.mistake.name for each in report.diagnosis.findings}


def test_an_unknown_loss_is_compared_with_differences(changed):
    report = changed(
        "any_depth_columns",
        ("0.5 * np.sum((y - h) ** 2)", "np.sum((y - h) ** 4)"),
        ("(h - y) * f_prime(z)", "4 * (h - y) ** 3 * f_prime(z)"),
    )
    assert report.ok, report
    assert report.own_loss is not None


def test_the_intended_network_can_be_described(changed):
    path = SCRIPTS / "moons.py"
    assert check_file(path, network="tanh,sigmoid binary_cross_entropy mean").ok
    other = check_file(path, network="relu,sigmoid")
    assert other.forward_ok is False
    assert other.mistake == "forward_pass"
    assert "outputs are not those of the network described" in str(other)
    loss = check_file(path, network="tanh,sigmoid half_squared_error")
    assert loss.loss_ok is False
    assert not loss.ok
    summed = check_file(path, network="binary_cross_entropy sum")
    assert not summed.ok


def test_one_output_can_be_asked_for(changed):
    report = changed("moons", ("dZ2 @ parameters", "dZ2 * parameters"), network="2-4-1")
    assert report.ok
    assert report.network.outputs == 1
    assert "fails" not in str(report)


def test_a_function_can_be_named(tmp_path):
    path = tmp_path / "two.py"
    right = (SCRIPTS / "two_layers_by_hand.py").read_text("utf-8")
    second = right[right.index("def loss_and_gradients") :].replace(
        "loss_and_gradients", "other_try"
    )
    path.write_text(right + "\n\n" + second.replace("a2 - y", "y - a2"), "utf-8")
    assert check_file(path, function="loss_and_gradients").ok
    assert check_file(path, function="other_try").mistake == "sign"
    method = check_file(SCRIPTS / "class_numbers.py", function="TwoLayerNet.loss")
    assert method.ok
    with pytest.raises(cp.InputError, match="no function of that name"):
        check_file(path, function="third_try")


def test_bad_arguments_are_refused():
    with pytest.raises(cp.InputError, match="no such file"):
        check_file("nowhere.py")
    with pytest.raises(cp.InputError, match="network"):
        check_file(SCRIPTS / "moons.py", network="tanhh,sigmoid")
    with pytest.raises(cp.InputError, match="2 layers"):
        check_file(SCRIPTS / "moons.py", network="tanh,tanh,tanh,sigmoid")


@pytest.mark.parametrize("limit", [1])
def test_endless_code_is_stopped(limit, changed):
    hangs = ("    dZ2 = A2 - Y\n", "    while True: pass\n")
    report = changed("moons", hangs, ENDLESS, limits=Limits(seconds=limit))
    assert report.mistake == "does_not_run"
    assert "did not end within 1 seconds" in str(report)


OLD_NAMES = """
import numpy as np
class Net:
    def __init__(self, sizes=(3, 4, 2)):
        self.layers = [(np.array(np.NaN), np.array(np.NaN))]
        self.W1, self.W2 = np.random.randn(sizes[0], sizes[1]), np.random.randn(sizes[1], sizes[2])
    def forward(self, X):
        self.h = np.tanh(X.astype(np.float) @ self.W1)
        return self.h @ self.W2
    def loss(self, X, Y):
        return np.sum((self.forward(X) - Y) ** 2) / 2
    def backward(self, X, Y):
        d = self.forward(X) - Y
        return {"dW2": self.h.T @ d, "dW1": X.T @ (d @ self.W2.T * (1 - self.h ** 2))}
"""


def test_names_that_numpy_no_longer_has_stop_no_class(tmp_path):
    path = tmp_path / "old_names.py"
    path.write_text(OLD_NAMES, "utf-8")
    report = check_file(path, seed=1977)
    assert report.outcome == "right"
    assert report.loss.rule.name == "half_squared_error"


@pytest.mark.parametrize("stop", ["import pdb; pdb.set_trace()", "breakpoint()"])
def test_a_debugger_that_nobody_answers_does_not_stop_a_script(stop, tmp_path):
    path = tmp_path / "stops.py"
    path.write_text(OLD_NAMES.replace("class Net", f"{stop}\nclass Net"), "utf-8")
    assert check_file(path, seed=1977).outcome == "right"


LOG_OF_BOTH = """
import numpy as np

def forward(W1, b1, W2, b2, X):
    Z1 = W1 @ X + b1
    A1 = np.maximum(0, Z1)
    E = np.exp(W2 @ A1 + b2)
    return Z1, A1, E / E.sum(axis=0, keepdims=True)

def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]

def backward(Z1, A1, A2, W2, X, Y):
    dZ2 = (A2 - Y) / Y.shape[1]
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    return dZ1 @ X.T, dZ1.sum(1, keepdims=True), dZ2 @ A1.T, dZ2.sum(1, keepdims=True)
"""


def test_a_binary_cross_entropy_that_is_printed_of_a_softmax_accuses_nothing(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(LOG_OF_BOTH)
    report = check_file(path, seed=7)
    assert report.outcome == "right", report
    assert "The loss that is printed is another" in str(report)


NUMBER_OF_SAMPLES = """\
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, size=(40, 1))
W1, b1, W2, b2 = rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)
for turn in range(50):
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    d2 = a2 - y
    d1 = d2 @ W2.T * (1 - a1**2)
    W2, b2 = W2 - 0.1 / 40 * a1.T @ d2, b2 - 0.1 * d2.mean(axis=0)
    W1, b1 = W1 - 0.1 / 40 * X.T @ d1, b1 - 0.1 * d1.mean(axis=0)
"""
"""Right for its own 40 samples, and for no other number of them."""


def test_several_mistakes_are_looked_for_only_where_its_own_run_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(computed, "SECONDS", 0.1)
    searched = []
    inner = search.several_mistakes
    monkeypatch.setattr(search, "several_mistakes", lambda *a: searched.append(a) or inner(*a))
    path = tmp_path / "program.py"
    path.write_text(NUMBER_OF_SAMPLES)
    report = check_file(path, seed=7)
    assert report.outcome == "right", report
    assert not searched
    path.write_text(NUMBER_OF_SAMPLES.replace("(1 - a1**2)", "(1 - a1) ** 3"))
    assert check_file(path, seed=7).outcome == "wrong"
    assert searched


SEVERAL = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class One:
    def __init__(self, n_features, n_classes):
        self.weights, self.bias = np.random.randn(n_features, n_classes), np.zeros((1, n_classes))

    def forward(self, X):
        return sigmoid(X @ self.weights + self.bias)

    def backprop(self, X, y, alpha):
        yp = self.forward(X)
        d = 2 * alpha / len(X) * (yp - y) * yp * (1 - yp)
        self.weights -= X.T @ d
        self.bias -= d.sum(axis=0, keepdims=True)

class Two:
    def __init__(self, n_features, n_classes):
        self.weights = [np.random.randn(n_features, 8), np.random.randn(8, n_classes)]
        self.bias = [np.zeros((1, 8)), np.zeros((1, n_classes))]

    def forward(self, X):
        for W, b in zip(self.weights, self.bias):
            X = sigmoid(X @ W + b)
        return X

    def backprop(self, X, y, alpha):
        yp = self.forward(X)
        d1 = 2 * alpha / len(X) * (yp - y) * yp * (1 - yp)
        h = sigmoid(X @ self.weights[0] + self.bias[0])
        d0 = d1 @ self.weights[1].T * h * (1 - h)
        for at, (a, d) in enumerate([(X, d0), (h, d1)]):
            self.weights[at] -= a.T @ d
            self.bias[at] -= d.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize(("slope", "mistake"), [("h * (1 - h)", None), ("(1 - h)", "slip")])
def test_a_second_class_is_judged_beside_one_that_is_right(slope, mistake, tmp_path):
    path = tmp_path / "several.py"
    path.write_text(SEVERAL.replace("h * (1 - h)", slope))
    report = check_file(path, seed=1977)
    assert report.ok == (mistake is None)
    assert report.mistake == ("power_in_derivative" if mistake else None)
    assert any("One.backprop" in note.en for note in report.notes) == (mistake is not None)


SHOWS_A_COUNT = """
import numpy as np

m_train = 1400

def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2.dot(A1) + b2
    A2 = np.exp(Z2) / sum(np.exp(Z2))
    return Z1, A1, Z2, A2

def one_hot(Y):
    wanted = np.zeros((Y.size, Y.max() + 1))
    wanted[np.arange(Y.size), Y] = 1
    return wanted.T

def backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y):
    dZ2 = A2 - one_hot(Y)
    dW2 = 1 / m_train * dZ2.dot(A1.T)
    db2 = 1 / m_train * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m_train * dZ1.dot(X.T)
    db1 = 1 / m_train * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2

def get_loss(predictions, Y):
    return np.sum(abs(predictions - Y)) / Y.size
"""


def test_a_gradient_is_not_held_against_a_loss_that_is_only_shown(tmp_path):
    path = tmp_path / "shown.py"
    path.write_text(SHOWS_A_COUNT)
    assert check_file(path).outcome == "right"
    path.write_text(SHOWS_A_COUNT.replace("np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)"))
    assert check_file(path).mistake == "bias_axis"


LISTS_OF_ONE_SAMPLE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self):
        sizes = [2, 2, 1]
        self.biases = [np.zeros((n, 1)) for n in sizes[1:]]
        self.weights = [np.random.randn(n, k) for k, n in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, input):
        for b, W in zip(self.biases, self.weights):
            input = sigmoid(W @ input + b)
        return input

    def backprop(self, input, output):
        activations = [input]
        for b, W in zip(self.biases, self.weights):
            activations.append(sigmoid(W @ activations[-1] + b))
        error = activations[-1] - output
        second = error @ activations[1].T
        hidden = (self.weights[1].T @ error) * activations[1] * (1 - activations[1])
        gradient = ([hidden, error], [hidden @ input.T, second])
        return gradient
"""


def test_outputs_beside_inputs_alone_are_targets_and_lists_may_be_of_biases_first(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(LISTS_OF_ONE_SAMPLE)
    assert check_file(path).outcome == "right"
    slipped = LISTS_OF_ONE_SAMPLE.replace(" * (1 - activations[1])", "")
    path.write_text(slipped)
    assert check_file(path).outcome == "wrong"


ONE_VECTOR = """
import numpy as np

def train(x, y, W1, W2, b1, b2):
    A = np.dot(x, W1) + b1
    Z = np.tanh(A)
    Y = 1 / (1 + np.exp(-(np.dot(Z, W2) + b2)))
    Ew2 = Y - y
    Ew1 = (1 - np.tanh(A) ** 2) * np.dot(W2, Ew2)
    loss = -np.mean(y * np.log(Y) + (1 - y) * np.log(1 - Y))
    return loss, (np.outer(x, Ew1), np.outer(Z, Ew2), Ew1, Ew2)

def predict(x, W1, W2, b1, b2):
    return (np.dot(np.tanh(np.dot(x, W1) + b1), W2) + b2 > 0).astype(int)
"""


def test_code_that_joins_vectors_is_handed_a_vector(tmp_path):
    path = tmp_path / "vector.py"
    path.write_text(ONE_VECTOR)
    assert check_file(path).outcome == "right"
    path.write_text(ONE_VECTOR.replace("(1 - np.tanh(A) ** 2) * ", ""))
    assert check_file(path).mistake == "derivative_left_out"


def test_a_step_that_computes_its_gradient_itself_has_the_line_of_it(tmp_path):
    path = tmp_path / "steps.py"
    path.write_text("w1 += x.T @ d * 0.1\nb1 += np.sum(d) * 0.1\nb1 -= rate * db\n")
    source = parse(path)
    assert (source.line_stepping("W1"), source.line_stepping("b1")) == (1, 2)
    assert source.line_stepping("b2") is None


HALF_IN_ITS_STEP = """
import numpy as np

def mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)

def forward_pass(network, X):
    hidden_output = np.maximum(0, X @ network["W1"] + network["b1"])
    output = hidden_output @ network["W2"] + network["b2"]
    return hidden_output, output

def backpropagation(network, X, y, hidden_output, output, learning_rate):
    error = output - y
    dW2 = hidden_output.T @ error / len(X)
    db2 = error.sum(axis=0, keepdims=True) / len(X)
    below = error @ network["W2"].T * (hidden_output > 0)
    W1, b1, W2, b2 = network["W1"], network["b1"], network["W2"], network["b2"]
    W1 -= learning_rate * X.T @ below / len(X)
    b1 -= learning_rate * below.sum(axis=0, keepdims=True) / len(X)
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

np.random.seed(1)
plots = np.random.rand(40, 3)
prices = plots @ np.array([[2.0], [1.0], [-3.0]]) + 5
network = {"W1": np.random.randn(3, 6), "b1": np.zeros((1, 6))}
network |= {"W2": np.random.randn(6, 1), "b2": np.zeros((1, 1))}
for epoch in range(5):
    for i in range(len(plots)):
        X, y = plots[i : i + 1], prices[i : i + 1]
        hidden_output, output = forward_pass(network, X)
        print(mean_squared_error(y, output))
        network = backpropagation(network, X, y, hidden_output, output, 0.01)
"""


def test_a_factor_of_what_an_update_takes_off_is_a_learning_rate(tmp_path):
    path = tmp_path / "plots.py"
    path.write_text(HALF_IN_ITS_STEP)
    assert check_file(path).outcome == "right"
    path.write_text(HALF_IN_ITS_STEP.replace("below / len(X)", "below * 2"))
    assert check_file(path).outcome == "wrong"


def test_half_the_gradient_of_a_loss_that_another_function_prints_is_right_where_it_trains(
    tmp_path,
):
    path = tmp_path / "plots.py"
    start = HALF_IN_ITS_STEP.index('    W1, b1, W2, b2 = network["W1"]')
    end = HALF_IN_ITS_STEP.index("np.random.seed")
    handed = """    dW1, db1 = X.T @ below / len(X), below.sum(axis=0, keepdims=True) / len(X)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

"""
    written = (HALF_IN_ITS_STEP[:start] + handed + HALF_IN_ITS_STEP[end:]).replace(
        "network = backpropagation(network, X, y, hidden_output, output, 0.01)",
        "slopes = backpropagation(network, X, y, hidden_output, output, 0.01)\n"
        "        network = {n: network[n] - 0.01 * slopes['d' + n] for n in network}",
    )
    path.write_text(written)
    assert check_file(path).outcome == "right"
    path.write_text(written[: written.index("np.random.seed")])
    assert check_file(path).mistake == "factor_two"


DEEP_AND_FAINT = """
import numpy as np
np.random.seed(4)
m, widths = 60, [12, 9, 9, 9, 9, 9, 1]
X = np.random.randn(m, widths[0])
y = np.random.randint(0, 2, size=(m, 1))
W_list = [np.random.randn(n, k) * 0.01 for n, k in zip(widths, widths[1:])]
b_list = [np.zeros((k,)) for k in widths[1:]]
learning_rate = 0.5
for epoch in range(200):
    a_cache = [X]
    for l in range(len(W_list)):
        a_cache.append(1 / (1 + np.exp(-(a_cache[l] @ W_list[l] + b_list[l]))))
    loss = np.mean((a_cache[-1] - y) ** 2)
    dA = 2 * (a_cache[-1] - y) / m
    for l in reversed(range(len(W_list))):
        dZ = dA * a_cache[l + 1] * (1 - a_cache[l + 1])
        dW = a_cache[l].T @ dZ
        db = dZ.sum(axis=0)
        W_list[l] -= learning_rate * dW
        b_list[l] -= learning_rate * db
        dA = dZ @ W_list[l].T
"""


@pytest.mark.thorough
def test_a_gradient_of_which_rounding_leaves_no_digit_is_not_right_by_that(tmp_path, monkeypatch):
    monkeypatch.setattr(computed, "SECONDS", 0.1)  # what is right in no digit is searched for long
    path = tmp_path / "faint.py"
    path.write_text(DEEP_AND_FAINT)
    assert check_file(path).mistake == "updated_weights"
    step, handed = "        W_list[l] -= learning_rate * dW\n", "        dA = dZ @ W_list[l].T\n"
    path.write_text(DEEP_AND_FAINT.replace(handed, "").replace(step, handed + step))
    assert check_file(path).outcome == "right"


def test_what_is_wrong_in_what_a_layer_hands_down_has_the_line_of_the_error_term_below(changed):
    report = changed("moons", ('dZ2 @ parameters["W2"].T', 'A2 @ parameters["W2"].T'))
    assert report.mistake == "activation_for_error", report
    assert report.line.startswith("39: dZ1 =")
