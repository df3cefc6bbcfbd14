"""The numeric check: right and wrong gradients, kinks, precision, and structures of many kinds."""

import itertools
import warnings

import numpy as np
import pytest
from sklearn.datasets import make_regression
from sklearn.neural_network import MLPRegressor

import clearprop as cp
from clearprop.check import GradientError

x = np.array([0.7, -1.3, 2.1])


def cubic(x):
    return np.sum(x**3), 3 * x**2


def check(*arguments, **keywords):
    return cp.check_gradients(*arguments, show=False, **keywords)


@pytest.mark.parametrize("every", [False, True])
def test_a_right_gradient_passes(every):
    report = check(cubic, x, every=every)
    assert report.ok
    assert report.ratio is None
    report.assert_ok()


@pytest.mark.parametrize("wrong_by", [1e-4, 1.0])
def test_one_wrong_entry_is_found_and_named(wrong_by):
    def wrong(x):
        value, gradient = cubic(x)
        gradient[1] += wrong_by
        return value, gradient

    report = check(wrong, x)
    assert not report.ok
    wrong_entries = [line.name for line in report.arrays[0].lines if line.is_entry and not line.ok]
    assert wrong_entries == ["x[1]"]
    with pytest.raises(GradientError, match=r"x\[1\]"):
        report.assert_ok()


def test_value_and_gradient_may_come_apart():
    def value(x):
        return np.sum(x**3)

    def gradient(x):
        return 3 * x**2

    assert check((value, gradient), x).ok
    assert check(value, x, gradient).ok
    assert check(value, x, gradient=3 * x**2).ok
    assert not check(value, x, gradient=3 * x).ok


def test_the_complex_step_is_used_where_the_function_takes_it():
    assert check(cubic, x).method == "complex step"

    def with_abs(x):
        return np.sum(np.abs(x) ** 3), 3 * x**2 * np.sign(x)

    def with_float(x):
        return float(np.sum(x.astype(float) ** 3)), 3 * x**2

    for function in (with_abs, with_float):
        report = check(function, x, every=True)
        assert report.ok
        assert report.method == "centred differences"


@pytest.mark.parametrize("every", [False, True])
def test_a_function_that_is_not_analytic_does_not_hide_a_missing_term(every):
    """The complex step loses the slope of |x| just as a person forgets it."""

    def function(x):
        return np.sum(x**3) + 0.01 * np.sum(np.abs(x)), 3 * x**2

    assert not check(function, x, every=every).ok


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e4, 1e8])
def test_steps_follow_the_size_of_the_numbers(scale):
    def function(x):
        return float(np.sum(np.sin(x / scale))), np.cos(x / scale) / scale

    assert check(function, scale * x, every=True).ok


@pytest.mark.parametrize("offset", [0.0, 1e-9, 1e-7, 1e-5, 1e-3, 0.1])
@pytest.mark.parametrize("every", [False, True])
def test_kinks_near_the_point_are_no_mistakes(offset, every):
    def relu_sum(x):
        return float(np.sum(np.maximum(0, x))), 1.0 * (x > 0)

    point = np.array([offset, -1.0, 1.0])
    report = check(relu_sum, point, every=every)
    assert report.ok
    if offset == 0:
        assert "kink" in str(report)
        assert any(line.kink for line in report.arrays[0].lines)


def test_at_a_kink_only_slopes_between_the_sides_are_accepted():
    def function(slope):
        return lambda x: (float(np.maximum(0, x[0])), np.array([slope]))

    assert check(function(0.0), np.zeros(1), every=True).ok
    assert check(function(0.5), np.zeros(1), every=True).ok
    assert not check(function(1.5), np.zeros(1), every=True).ok


def test_integers_and_float32_are_warned_about():
    assert "array of integers" in str(check(cubic, np.array([1, 2, 3])))
    assert "float32" in str(check(cubic, x.astype(np.float32)))

    def single_inside(x):
        return np.sum(x.astype(np.float32) ** 3), 3 * x**2

    assert "rounds inside" in str(check(single_inside, x, tolerance=1e-1))


def network_function(net, X, Y, factor=1.0, wrong=()):
    def function(params):
        loss, gradient = net.gradient(
            net.parameters(
                np.concatenate([np.ravel(params[name]) for name in ("W1", "b1", "W2", "b2")])
            ),
            X,
            Y,
        )
        return loss, {
            f"d{n}": (factor if not wrong or n in wrong else 1) * a for n, a in gradient.items()
        }

    return function


@pytest.fixture
def network():
    net = cp.Network(
        4,
        [cp.Layer(6, "relu"), cp.Layer(3, "softmax")],
        "categorical_cross_entropy",
        engine="reference",
    )
    random = np.random.default_rng(0)
    X, Y = random.standard_normal((7, 4)), np.eye(3)[random.integers(3, size=7)]
    return net, dict(net.initialize(seed=1)), X, Y


def test_a_dict_of_arrays_is_checked_array_by_array(network):
    net, params, X, Y = network
    report = check(network_function(net, X, Y), params)
    assert report.ok
    assert [array.name for array in report.arrays] == ["W1", "b1", "W2", "b2"]
    report = check(network_function(net, X, Y, 2.0, wrong=("b1",)), params)
    assert [array.name for array in report.arrays if not array.ok] == ["b1"]


@pytest.mark.parametrize(
    ("factor", "counts", "mistakes"),
    [
        (7.0, {"m": 7, "K": 3}, ("average_missing",)),
        (1 / 7, {"m": 7}, ("average_twice",)),
        (3.0, {"m": 7, "K": 3}, ("outputs_averaged",)),
        (-1.0, {}, ("sign",)),
        (2.0, {}, ("factor_two",)),
        (0.1, {"learning_rate": 0.1}, ("update_returned",)),
        (-14.0, {"m": 7, "K": 3}, ("sign", "factor_two", "average_missing")),
        (5.5, {"m": 7, "K": 3}, ()),
    ],
)
def test_a_constant_factor_is_named(factor, counts, mistakes, network):
    net, params, X, Y = network
    report = check(network_function(net, X, Y, factor), params, counts=counts)
    assert not report.ok
    assert report.ratio == pytest.approx(factor)
    assert set(report.mistakes) == set(mistakes)


def test_a_factor_is_named_in_float32_as_well():
    point = Foreign(x.astype(np.float32))

    def three_times(given):
        numbers = given.values.astype(np.float32)
        return Foreign(np.sum(numbers**2)), Foreign(6 * numbers)

    report = check(three_times, point, counts={"m": 7, "K": 3})
    assert report.ratio == pytest.approx(3, rel=1e-2)
    assert report.mistakes == ("outputs_averaged",)


def test_structures_keep_their_form():
    point = {"layers": [(np.ones((2, 3)), np.zeros(3)), (np.ones((3, 1)), 2.0)], "scale": 1.5}

    def function(p):
        assert isinstance(p["layers"][0], tuple)
        assert isinstance(p["scale"], float)
        (W1, b1), (W2, b2) = p["layers"]
        total = np.sum(W1) * p["scale"] + np.sum(b1) + np.sum(W2**2) + b2**2
        gradient = {
            "layers": [(np.full((2, 3), p["scale"]), np.ones(3)), (2 * W2, 2 * b2)],
            "scale": np.sum(W1),
        }
        return total, gradient

    report = check(function, point)
    assert report.ok
    assert [a.name for a in report.arrays][:2] == ["layers[0][0]", "layers[0][1]"]


def test_parameters_of_the_library_are_a_structure_as_well(network):
    net, _, X, Y = network
    params = net.initialize(seed=3)
    assert check(lambda p: net.gradient(p, X, Y), params, every=True).ok


def test_a_gradient_of_the_wrong_shape_is_wrong():
    report = check((lambda x: np.sum(x**2), lambda x: (2 * x)[None]), x)
    assert not report.ok
    assert "shape (1, 3)" in str(report)


class Foreign:
    """An array of another library, which speaks NumPy through ``__array__`` only."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)

    def __array_namespace__(self):
        return ForeignLibrary


class ForeignLibrary:
    asarray = Foreign


class Tensor:
    """As much of a PyTorch tensor as matters here: NumPy cannot read one that autograd follows."""

    __module__ = "torch"

    def __init__(self, values, requires_grad=False):
        self.values, self.requires_grad = np.asarray(values), requires_grad

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return np.asarray(self.values, dtype)

    def detach(self):
        return Tensor(self.values)

    def cpu(self):
        return self

    def new_tensor(self, values):
        return Tensor(np.asarray(values, self.values.dtype))

    def requires_grad_(self, requires_grad):
        return Tensor(self.values, requires_grad)


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_tensors_keep_their_type_and_stay_followed_by_autograd(dtype):
    def function(given):
        assert given.requires_grad
        assert given.values.dtype == dtype
        return Tensor(np.sum(given.values**2), True), Tensor(2 * given.values)

    assert check(function, Tensor(x.astype(dtype), requires_grad=True)).ok


@pytest.mark.parametrize("dtype", [float, np.float32])
def test_arrays_of_other_libraries_are_handed_back_as_such(dtype):
    def function(given):
        assert isinstance(given, Foreign)
        numbers = given.values.astype(dtype)
        return Foreign(np.sum(numbers**2)), Foreign(2 * numbers)

    report = check(function, Foreign(x.astype(dtype)))
    assert report.ok
    assert not check(
        lambda g: (function(g)[0], Foreign(2.2 * g.values)), Foreign(x.astype(dtype))
    ).ok


def test_a_table_is_printed_unless_it_is_not_wanted(capsys):
    cp.check_gradients(cubic, x)
    assert "The gradient is right" in capsys.readouterr().out
    check(cubic, x)
    assert capsys.readouterr().out == ""


def test_the_report_speaks_chinese():
    assert "梯度正确" in check(cubic, x).text("zh")


BAD = {
    "no function": (5, x),
    "no gradient": (lambda x: np.sum(x), x),
    "no number": (lambda x: (x, x), x),
    "nothing": (cubic, {}),
    "text": (cubic, "abc"),
    "NaN": (cubic, np.array([np.nan, 1.0])),
    "too many arrays": (lambda x: (np.sum(x), [x, x]), x),
}


@pytest.mark.parametrize(("function", "point"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(function, point):
    with pytest.raises(cp.InputError):
        check(function, point)


def test_counts_have_known_names():
    with pytest.raises(cp.InputError, match="counts"):
        check(lambda x: (np.sum(x**2), 3 * x), x, counts={"n": 4})


def test_scikit_learns_gradient_with_several_outputs_is_named():
    """Issue 8349 there: with lbfgs the loss is averaged over outputs, its gradient is not."""
    X, Y = make_regression(20, 4, n_targets=3, random_state=0)
    Y = Y / 100
    model = MLPRegressor(
        hidden_layer_sizes=(5,),
        activation="tanh",
        solver="lbfgs",
        alpha=0.0,
        max_iter=1,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, Y)
    sizes = [4, 5, 3]

    def loss_and_gradient(packed):
        per_layer = len(sizes) - 1
        return model._loss_grad_lbfgs(
            packed.copy(),
            X,
            Y,
            None,
            [X, *[None] * per_layer],
            [None] * per_layer,
            [np.empty(shape) for shape in itertools.pairwise(sizes)],
            [np.empty(n) for n in sizes[1:]],
        )

    packed = np.concatenate([part.ravel() for part in [*model.coefs_, *model.intercepts_]])
    report = check(loss_and_gradient, packed, counts={"m": 20, "K": 3})
    assert not report.ok
    assert report.ratio == pytest.approx(3, rel=1e-9)
    assert report.mistakes == ("outputs_averaged",)
    assert "3 times too large = K = 3" in str(report)


def test_a_function_that_draws_random_numbers_is_never_right():
    def noisy(w):
        keep = np.random.rand(3) > 0.5
        return np.sum((w * keep) ** 2), -7 * w

    for seed in range(20):
        report = cp.check_gradients(noisy, np.array([0.5, -1.0, 2.0]), show=False, seed=seed)
        assert not report.ok
    assert "other values for the same point" in str(report)
    assert "随机数" in report.text("zh")


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_matrix_is_handed_back_as_a_matrix():
    def square(v):
        return float((v.T * v)[0, 0]), 2 * v

    assert cp.check_gradients(square, np.matrix([[1.0], [2.0]]), show=False).ok


def test_a_function_of_several_arguments_gets_the_parts_of_the_point():
    def product(a, b):
        return np.sum(a * b), (b, a)

    a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    assert cp.check_gradients(product, (a, b), show=False).ok
    by_name = (lambda a, b: np.sum(a * b)), (lambda a, b: {"a": b, "b": a})
    assert cp.check_gradients(by_name, {"a": a, "b": b}, show=False).ok


def test_a_small_number_inside_a_logarithm_is_not_plainly_wrong():
    random = np.random.default_rng(2)
    X, Y = random.normal(size=(20, 3)), (random.random(20) > 0.5) * 1.0

    def logloss(w):
        a = 1 / (1 + np.exp(-X @ w))
        loss = -np.mean(Y * np.log(a + 1e-7) + (1 - Y) * np.log(1 - a + 1e-7))
        return loss, X.T @ (a - Y) / 20

    report = cp.check_gradients(logloss, np.array([2.0, -1.0, 3.0]), show=False)
    assert report.digits is not None
    assert report.digits >= 3
    assert "inside a logarithm" in str(report)
