"""What `diagnose` accepts, and what it says of gradients with none, one or several mistakes."""

import numpy as np
import pytest

import clearprop as cp
from check.random_problems import random_problem
from check.textbook import Textbook
from clearprop.check import Dropout, GradientError


@pytest.fixture
def problem():
    return random_problem(
        np.random.default_rng(3),
        depth=3,
        hidden=["tanh", "sigmoid"],
        pairs=[("sigmoid", "binary_cross_entropy")],
        outputs=5,
        reduction="mean",
        samples=7,
    )


@pytest.fixture
def right(problem):
    return Textbook(**problem.textbook_arguments).gradients()


def gradients_of(kind, problem):
    return kind(**problem.textbook_arguments).gradients()


def scaled(right, factor, *names):
    return {
        name: factor * array if not names or name in names else array
        for name, array in right.items()
    }


FORMS = {
    "dW1": lambda g: g,
    "W1": lambda g: {name[1:]: array for name, array in g.items()},
    "grad_w1": lambda g: {f"grad_{name[1:].lower()}": array for name, array in g.items()},
    "dL_dW1": lambda g: {f"dL_{name}": array for name, array in g.items()},
    "d_weights_1": lambda g: {
        f"d_{'weights' if name[1] == 'W' else 'bias'}_{name[2:]}": a for name, a in g.items()
    },
    "counted from 0": lambda g: {f"{name[:2]}{int(name[2:]) - 1}": a for name, a in g.items()},
    "among other arrays": lambda g: {**g, "dZ1": 5.0, "dA2": np.ones(3)},
    "pairs": lambda g: [(g["dW1"], g["db1"]), (g["dW2"], g["db2"]), (g["dW3"], g["db3"])],
    "pairs from the output": lambda g: [(g[f"dW{n}"], g[f"db{n}"]) for n in (3, 2, 1)],
    "dicts a layer": lambda g: [{"dW": g[f"dW{n}"], "db": g[f"db{n}"]} for n in (1, 2, 3)],
    "two lists": lambda g: ([g[f"dW{n}"] for n in (1, 2, 3)], [g[f"db{n}"] for n in (1, 2, 3)]),
    "lists in a dict": lambda g: {
        "dW": [g[f"dW{n}"] for n in (1, 2, 3)],
        "db": [g[f"db{n}"] for n in (1, 2, 3)],
    },
    "one list": lambda g: [g[f"d{kind}{n}"] for n in (1, 2, 3) for kind in "Wb"],
    "kinds one after the other": lambda g: [g[f"d{kind}{n}"] for kind in "Wb" for n in (1, 2, 3)],
    "lists of numbers": lambda g: {name: array.tolist() for name, array in g.items()},
    "biases as rows": lambda g: {n: a[None] if n[1] == "b" else a for n, a in g.items()},
    "flat": lambda g: np.concatenate([g[f"d{k}{n}"].ravel() for n in (1, 2, 3) for k in "Wb"]),
    "torch's names": lambda g: {
        f"fc{name[2:]}.{'weight' if name[1] == 'W' else 'bias'}": a for name, a in g.items()
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_gradients_are_read_in_many_forms(form, problem, right):
    diagnosis = cp.diagnose(FORMS[form](right), *problem.arguments)
    assert diagnosis.ok, diagnosis
    assert diagnosis.mistake is None
    wrong = cp.diagnose(FORMS[form](scaled(right, -1.0)), *problem.arguments)
    assert wrong.mistake == "sign"


def test_the_column_convention_is_told_from_the_persons_own_parameters(problem, right):
    columns = {
        name: array.T if name.startswith("W") else array[:, None]
        for name, array in problem.params.items()
    }
    gradients = {n: a.T if n[1] == "W" else a[:, None] for n, a in right.items()}
    diagnosis = cp.diagnose(gradients, problem.net, columns, problem.X.T, problem.Y.T)
    assert diagnosis.ok
    assert diagnosis.convention == "column"
    wrong = cp.diagnose(scaled(gradients, 7.0), problem.net, columns, problem.X.T, problem.Y.T)
    assert wrong.mistake == "average_missing"
    assert "δ Aᵀ / m" in str(wrong)
    assert "dW = Aᵀ δ" not in str(wrong)


def test_missing_arrays_are_not_checked_and_said_so(problem, right):
    some = {"dW2": right["dW2"], "dW3": right["dW3"]}
    diagnosis = cp.diagnose(some, *problem.arguments)
    assert diagnosis.ok
    assert "not checked: db3, db2, dW1, db1" in str(diagnosis)


def test_float32_gradients_are_right_within_their_precision(problem, right):
    single = {name: array.astype(np.float32) for name, array in right.items()}
    assert cp.diagnose(single, *problem.arguments).ok
    assert cp.diagnose(scaled(single, 2.0), *problem.arguments).mistake == "factor_two"


def test_a_number_inside_the_logarithm_is_no_mistake(problem):
    class Clipped(Textbook):
        def output_delta(self, layer):
            a, y = self.a[-1], self.Y
            return ((1 - y) / (1 - a + 1e-7) - y / (a + 1e-7)) * a * (1 - a)

    diagnosis = cp.diagnose(gradients_of(Clipped, problem), *problem.arguments)
    assert diagnosis.ok
    assert "five or six digits" in str(diagnosis)


def test_class_numbers_serve_as_targets():
    problem = random_problem(
        np.random.default_rng(0), depth=2, pairs=[("softmax", "categorical_cross_entropy")]
    )
    gradients = gradients_of(Textbook, problem)
    labels = problem.Y.argmax(axis=1)
    assert cp.diagnose(gradients, problem.net, problem.params, problem.X, labels).ok


def test_nan_is_named_without_guessing(problem, right):
    broken = {**right, "dW2": np.full_like(right["dW2"], np.nan)}
    diagnosis = cp.diagnose(broken, *problem.arguments)
    assert not diagnosis.ok
    assert diagnosis.mistake is None
    assert "dW2: NaN or infinity" in str(diagnosis)


def test_several_mistakes_are_told_apart(problem, right):
    class Two(Textbook):
        def averaged(self, layer, kind, gradient):
            return -gradient

        def hidden_delta(self, layer, error):
            return error if layer == 0 else super().hidden_delta(layer, error)

    diagnosis = cp.diagnose(gradients_of(Two, problem), *problem.arguments)
    assert {finding.name for finding in diagnosis.findings} == {
        "derivative_left_out",
        "average_missing",
        "sign",
    }
    assert not diagnosis.unexplained


def test_two_mistakes_in_different_layers(problem):
    class Two(Textbook):
        def bias_gradient(self, layer, delta):
            total = super().bias_gradient(layer, delta)
            return np.full_like(total, total.sum()) if layer == 1 else total

        def weight_gradient(self, layer, delta):
            return (
                self.z[layer - 1].T @ delta if layer == 2 else super().weight_gradient(layer, delta)
            )

    diagnosis = cp.diagnose(gradients_of(Two, problem), *problem.arguments)
    found = {(finding.name, finding.layers) for finding in diagnosis.findings}
    assert found == {("bias_axis", (2,)), ("weighted_sum_for_activation", (3,))}


def test_what_cannot_be_told_is_localised_and_says_what_it_is_not(problem, right):
    odd = {**right, "dW1": right["dW1"] + 0.3, "db1": right["db1"] ** 2 + 1}
    diagnosis = cp.diagnose(odd, *problem.arguments)
    assert not diagnosis.ok
    assert diagnosis.mistake is None
    assert diagnosis.unexplained == ("db1", "dW1")
    assert "step from δ of layer 2 to δ of layer 1" in str(diagnosis)
    count = len(diagnosis.ruled_out)
    assert f"None of {count} that could be made here" in str(diagnosis)
    assert f"此处可能出现的 {count} 种错误" in diagnosis.text("zh")
    named = {mistake.name for mistake in diagnosis.ruled_out}
    assert "derivative_of_another" in named
    assert "dropout_backward" not in named  # it cannot be made in this network


def test_a_fault_in_the_product_alone_is_localised(problem, right):
    diagnosis = cp.diagnose({**right, "dW2": right["dW2"] + 1.0}, *problem.arguments)
    assert "fault is in its product with A of layer 1" in str(diagnosis)


def test_one_sample_shows_which_derivative_was_used():
    problem = random_problem(
        np.random.default_rng(5), depth=2, hidden=["tanh"], pairs=[("identity", "huber")], samples=1
    )

    class Odd(Textbook):
        def hidden_delta(self, layer, error):
            return (
                error * (0.123 + self.z[layer] ** 2)
                if layer == 0
                else super().hidden_delta(layer, error)
            )

    diagnosis = cp.diagnose(gradients_of(Odd, problem), *problem.arguments)
    assert diagnosis.mistake is None
    assert "Your numbers imply f′ = [" in str(diagnosis)


def test_an_unknown_constant_factor_is_said(problem, right):
    diagnosis = cp.diagnose(scaled(right, 3.7123), *problem.arguments)
    assert not diagnosis.ok
    assert diagnosis.factor == pytest.approx(3.7123)
    assert "3.7123 times" in str(diagnosis)


def test_mistakes_that_look_alike_are_all_named(problem, right):
    problem.X, problem.Y = problem.X[:5], problem.Y[:5]  # m = K
    right = gradients_of(Textbook, problem)
    diagnosis = cp.diagnose(scaled(right, 5.0), *problem.arguments)
    assert diagnosis.mistake == "average_missing"
    assert [names[0].name for names in diagnosis.alternatives] == ["outputs_averaged"]
    assert "On these data the same numbers would come from" in str(diagnosis)


def test_relu_at_zero_is_a_convention_and_not_an_error():
    problem = random_problem(
        np.random.default_rng(1), depth=2, hidden=["relu"], pairs=[("identity", "squared_error")]
    )
    problem.params["W1"][:, 0] = 0
    problem.params["b1"][0] = 0

    class AtZero(Textbook):
        def hidden_delta(self, layer, error):
            return (
                error * (self.z[layer] >= 0) if layer == 0 else super().hidden_delta(layer, error)
            )

    diagnosis = cp.diagnose(gradients_of(AtZero, problem), *problem.arguments)
    assert diagnosis.mistake == "relu_mask"
    assert diagnosis.ok
    diagnosis.assert_ok()


def test_the_learning_rate_is_recovered(problem):
    class UpdatesAtOnce(Textbook):
        def carried(self, layer, delta, found):
            return delta @ (self.W[layer] - 0.42 * found[f"dW{layer + 1}"]).T

    diagnosis = cp.diagnose(gradients_of(UpdatesAtOnce, problem), *problem.arguments)
    assert diagnosis.mistake == "updated_weights"
    assert diagnosis.findings[0].settings["learning_rate"] == pytest.approx(0.42, rel=1e-9)


def test_dropout_is_part_of_the_right_gradient():
    random = np.random.default_rng(2)
    problem = random_problem(random, depth=2, hidden=["tanh"], pairs=[("identity", "huber")])
    masks = {1: 1.0 * (random.random((len(problem.X), problem.net.sizes[1])) < 0.6)}

    class WithDropout(Textbook):
        def activate(self, layer, z):
            a = super().activate(layer, z)
            return a * masks[1] / 0.6 if layer == 0 else a

        def hidden_delta(self, layer, error):
            return super().hidden_delta(layer, error * masks[1] / 0.6 if layer == 0 else error)

    gradients = gradients_of(WithDropout, problem)
    assert cp.diagnose(gradients, *problem.arguments, dropout=Dropout(0.6, masks)).ok
    assert not cp.diagnose(gradients, *problem.arguments).ok


def test_a_wrong_gradient_fails_an_assertion_with_its_explanation(problem, right):
    diagnosis = cp.diagnose(scaled(right, -1.0), *problem.arguments)
    with pytest.raises(GradientError, match="the sign is wrong"):
        diagnosis.assert_ok()
    assert issubclass(GradientError, AssertionError)


def test_it_speaks_chinese(problem, right):
    text = cp.diagnose(scaled(right, 7.0), *problem.arguments).text("zh")
    assert "漏掉了对样本取平均" in text
    assert "所有梯度都大了 7 倍" in text


BAD = {
    "no gradients": ({"x": np.ones(3)}, "gradients"),
    "text": ({"dW1": "abc"}, "gradients"),
    "complex": ({"dW1": np.ones((2, 2)) * 1j}, "gradients"),
    "too many layers": ({"dW1": np.ones((2, 2)), "dW9": np.ones(2)}, "gradients"),
    "a number": (5.0, "gradients"),
}


@pytest.mark.parametrize(("gradients", "said"), BAD.values(), ids=BAD)
def test_bad_gradients_are_refused(gradients, said, problem):
    with pytest.raises(cp.InputError, match=said):
        cp.diagnose(gradients, *problem.arguments)


def test_bad_data_and_parameters_are_refused(problem, right):
    net, params, X, Y = problem.arguments
    with pytest.raises(cp.InputError, match="Y"):
        cp.diagnose(right, net, params, X, Y[:-1])
    with pytest.raises(cp.InputError, match="W3 is missing"):
        cp.diagnose(right, net, {"W1": params["W1"], "W2": params["W2"]}, X, Y)
    with pytest.raises(cp.InputError, match="finite"):
        cp.diagnose(right, net, params.vector * np.nan, X, Y)
    with pytest.raises(cp.InputError, match="learning_rate"):
        cp.diagnose(right, *problem.arguments, learning_rate=-1.0)


@pytest.mark.parametrize("form", ["lists", "pairs", "swapped pairs", "other names"])
def test_biases_first_and_names_that_say_nothing_are_read_by_their_shapes(form):
    random = np.random.default_rng(2)
    W1, b1 = random.normal(size=(5, 4)), random.normal(size=(5, 1))
    W2, b2 = random.normal(size=(2, 5)), random.normal(size=(2, 1))
    x, t = random.normal(size=(4, 7)), random.random((2, 7))
    h = 1 / (1 + np.exp(-(W1 @ x + b1)))
    o = 1 / (1 + np.exp(-(W2 @ h + b2)))
    d2 = (o - t) * o * (1 - o)
    d1 = W2.T @ d2 * h * (1 - h)
    biases = [d1.sum(1, keepdims=True), d2.sum(1, keepdims=True)]
    weights = [d1 @ x.T, d2 @ h.T]
    given = {
        "lists": (biases, weights),
        "pairs": list(zip(weights, biases, strict=True)),
        "swapped pairs": list(zip(biases, weights, strict=True)),
        "other names": dict(
            zip("pqrs", [weights[0], biases[0], weights[1], biases[1]], strict=True)
        ),
    }[form]
    layers = [cp.Layer(5, "sigmoid"), cp.Layer(2, "sigmoid")]
    net = cp.Network(4, layers, loss="half_squared_error", reduction="sum")
    assert cp.diagnose(given, net, {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, x, t).ok


def test_a_number_in_print_is_an_interval():
    net = cp.Network(3, [cp.Layer(4, "tanh"), cp.Layer(2, "sigmoid")], "half_squared_error", "sum")
    random = np.random.default_rng(5)
    params, X, Y = net.initialize(seed=5), random.normal(size=(6, 3)), random.random((6, 2))
    _, right = net.gradient(params, X, Y)
    for printed in (as_decimals, as_significant):
        for digits in (2, 4):
            shown = {name: printed(array, digits) for name, array in right.items()}
            told = cp.diagnose(shown, net, params, X, Y)
            assert told.ok
            assert f"have {digits} " in str(told)
            single = {name: np.float32(array) for name, array in shown.items()}
            assert cp.diagnose(single, net, params, X, Y).ok
            wrong = {name: printed(-array, digits) for name, array in right.items()}
            assert cp.diagnose(wrong, net, params, X, Y).mistake == "sign"
    longer = {name: array + 3e-5 for name, array in right.items()}
    assert not cp.diagnose(longer, net, params, X, Y).ok
    assert cp.diagnose(longer, net, params, X, Y, digits=4).ok
    with pytest.raises(cp.InputError, match="digits"):
        cp.diagnose(longer, net, params, X, Y, digits=-1)


def test_a_wrong_small_number_does_not_hide_behind_the_rounding_of_a_large_one():
    net = cp.Network(2, [cp.Layer(2, "tanh"), cp.Layer(1)], "half_squared_error", "sum")
    random = np.random.default_rng(1)
    X, Y = random.normal(size=(5, 2)) * [10, 1e-3], random.random((5, 1))
    params = net.initialize(seed=5)
    _, right = net.gradient(params, X, Y)
    printed = {name: as_significant(array, 3) for name, array in right.items()}
    assert cp.diagnose(printed, net, params, X, Y).ok
    slip = printed | {"W1": as_significant(printed["W1"] * [[1], [3]], 3)}
    diagnosis = cp.diagnose(slip, net, params, X, Y)
    assert not diagnosis.ok
    assert [array.name for array in diagnosis.arrays if not array.right] == ["dW1"]


def as_decimals(array, digits):
    return np.round(array, digits)


def as_significant(array, digits):
    return np.vectorize(lambda number: float(f"{number:.{digits}g}"))(array)


def test_numbers_of_few_digits_are_exact_where_the_right_ones_have_no_more():
    net = cp.Network(2, [cp.Layer(1)], "half_squared_error", "sum")
    params, X, Y = net.initialize("zeros"), [[1.0, 2.0], [3.0, 4.0]], [[1.0], [2.0]]
    _, right = net.gradient(params, X, Y)
    assert not cp.diagnose(right.vector + 0.1, net, params, X, Y).ok
