"""What the pictures of predictions show, against scikit-learn's and SciPy's measures."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy import stats
from sklearn.metrics import confusion_matrix

from clearprop import plots
from clearprop.measures import correlation
from clearprop.training import Division, divide
from pictures import DIVISION, LABELS, A, M, X, Y
from refusals import refused


def test_regression_panels_give_pearsons_r_of_each_part():
    panels = plots.plot_regression(Y, A, DIVISION)
    parts = (DIVISION.train, DIVISION.validation, DIVISION.test, np.arange(M))
    for ax, rows in zip(panels, parts, strict=True):
        _, r, n = re.fullmatch(
            r"(\w+): R = (-?[\d.]+)  \(n = (\d+)\)", ax.get_title(loc="left")
        ).groups()
        assert float(r) == pytest.approx(stats.pearsonr(Y[rows], A[rows])[0], abs=5e-5)
        assert int(n) == len(rows)
        fit = stats.linregress(Y[rows], A[rows])
        line = ax.get_lines()[-1]
        np.testing.assert_allclose(
            line.get_ydata(), fit.intercept + fit.slope * line.get_xdata(), rtol=1e-10
        )


def test_regression_without_a_division_is_one_panel():
    (panel,) = plots.plot_regression(Y, A)
    assert panel.get_title(loc="left").startswith("All: R = ")


def test_empty_parts_have_no_panel():
    panels = plots.plot_regression(Y, A, Division(np.arange(M), np.arange(0), np.arange(0)))
    assert [ax.get_title(loc="left")[:5] for ax in panels] == ["Train", "All: "]


BOTH_Y = np.column_stack([Y, 1000 + 50 * X[:, 0]])
BOTH_A = np.column_stack([A, 1000 - 10 * X[:, 1]])


def test_several_outputs_are_pooled_with_r_of_each():
    panels = plots.plot_regression(BOTH_Y, BOTH_A, DIVISION)
    parts = (DIVISION.train, DIVISION.validation, DIVISION.test, np.arange(M))
    for ax, rows in zip(panels, parts, strict=True):
        pool = stats.pearsonr(BOTH_Y[rows].ravel(), BOTH_A[rows].ravel())[0]
        assert f"R = {pool:.4f}  (n = {2 * len(rows)})" in ax.get_title(loc="left")
        legend = [text.get_text() for text in ax.get_legend().get_texts()]
        for k in range(2):
            R = stats.pearsonr(BOTH_Y[rows, k], BOTH_A[rows, k])[0]
            assert f"output {k}: R = {R:.4f}".replace("-", "−") in legend


def test_one_of_several_outputs_is_drawn_as_if_it_were_alone(ax):
    for k in range(2):
        titles = [
            [panel.get_title(loc="left") for panel in panels]
            for panels in (
                plots.plot_regression(BOTH_Y, BOTH_A, DIVISION, output=k),
                plots.plot_regression(BOTH_Y[:, k], BOTH_A[:, k], DIVISION),
            )
        ]
        assert titles[0] == titles[1]
    plots.plot_error_histogram(BOTH_Y, BOTH_A, output=1, bins=7, ax=ax)
    heights = [bar.get_height() for bar in ax.patches]
    assert heights == np.histogram(BOTH_Y[:, 1] - BOTH_A[:, 1], 7)[0].tolist()


def test_the_errors_of_several_outputs_are_pooled(ax):
    plots.plot_error_histogram(BOTH_Y, BOTH_A, DIVISION, bins=9, ax=ax)
    assert sum(bar.get_height() for bar in ax.patches) == 2 * M
    assert ax.get_ylabel() == "Targets"


def test_a_fit_goes_through_the_outputs_with_a_bar_to_each_target(ax):
    x = X[:, 0]
    plots.plot_fit(lambda X: 3 * X + [[0, 1]], x, BOTH_Y, DIVISION, output=1, ax=ax)
    curve = next(line for line in ax.get_lines() if line.get_label() == "output")
    np.testing.assert_allclose(curve.get_ydata(), 3 * curve.get_xdata() + 1)
    assert (curve.get_xdata()[0], curve.get_xdata()[-1]) == (x.min(), x.max())
    bars = np.array([path.vertices for path in ax.collections[0].get_paths()])
    np.testing.assert_allclose(bars[:, :, 0], np.column_stack([x, x]))
    np.testing.assert_allclose(bars[:, :, 1], np.column_stack([BOTH_Y[:, 1], 3 * x + 1]))


def test_a_band_of_two_standard_deviations_is_drawn(ax):
    plots.plot_fit(lambda X: 0 * X, Y, Y, std=lambda X: np.full(len(X), 0.25), ax=ax)
    band = ax.collections[1].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (-0.5, 0.5)


def test_a_constant_has_no_correlation():
    assert np.isnan(correlation(np.ones(5), np.arange(5.0)))
    (panel,) = plots.plot_regression(np.ones(5), np.arange(5.0))
    assert "R = nan" in panel.get_title(loc="left")


@given(m=st.integers(1, 80), seed=st.integers(0, 50), bins=st.integers(1, 30))
def test_the_bars_of_the_error_histogram_hold_every_row_once(m, seed, bins):
    random = np.random.default_rng(seed)
    y, a = random.normal(size=(2, m))
    division = divide(m, seed=seed)
    ax = Figure().add_subplot()
    plots.plot_error_histogram(y, a, division, bins=bins, ax=ax)
    heights = [round(bar.get_height()) for bar in ax.patches]
    assert sum(heights) == m
    parts = [len(rows) for rows in vars(division).values() if len(rows)]
    assert [sum(heights[n * bins : (n + 1) * bins]) for n in range(len(parts))] == parts


def test_residuals_are_target_less_output(ax):
    plots.plot_residuals(Y, A, ax=ax)
    points = ax.get_lines()[0]
    np.testing.assert_array_equal(points.get_xdata(), A)
    np.testing.assert_array_equal(points.get_ydata(), Y - A)


@given(classes=st.integers(2, 7), m=st.integers(2, 60), seed=st.integers(0, 50))
def test_the_confusion_matrix_is_scikit_learns(classes, m, seed):
    y, a = np.random.default_rng(seed).integers(0, classes, (2, m))
    ax = Figure().add_subplot()
    plots.plot_confusion(y, a, range(classes), ax=ax)
    counts = confusion_matrix(y, a, labels=range(classes))
    written = [int(text.get_text().split("\n")[0] or 0) for text in ax.texts]
    assert written == counts.ravel().tolist()
    rows = counts.sum(axis=1, keepdims=True)
    shares = counts / np.where(rows == 0, 1, rows)
    np.testing.assert_allclose(ax.images[0].get_array(), shares)


def test_many_classes_are_shaded_without_numbers(ax):
    labels = np.arange(30)
    plots.plot_confusion(labels, labels, ax=ax)
    assert not ax.texts
    ax.figure.canvas.draw()


def test_the_area_under_the_roc_curve_is_the_rank_statistic(ax):
    chance = np.random.default_rng(1).uniform(size=M) + 0.3 * (LABELS == "up")
    plots.plot_roc(LABELS, chance / 2, ax=ax)
    label = ax.get_legend().get_texts()[1].get_text()
    up, down = chance[LABELS == "up"], chance[LABELS == "down"]
    expected = stats.mannwhitneyu(up, down).statistic / (len(up) * len(down))
    assert label == f"up  (AUC {expected:.3f})"
    curve = ax.get_lines()[1]
    assert np.trapezoid(curve.get_ydata(), curve.get_xdata()) == pytest.approx(expected)


def test_every_class_that_occurs_has_a_roc_curve(ax):
    labels = np.array(["a", "b", "c"])[np.arange(30) % 3]
    chance = np.random.default_rng(0).dirichlet(np.ones(4), 30)
    plots.plot_roc(labels, chance, ["a", "b", "c", "never"], ax=ax)
    names = [text.get_text().split()[0] for text in ax.get_legend().get_texts()]
    assert names == ["chance", "a", "b", "c"]


def test_the_boundary_lies_where_both_classes_are_equally_probable(ax):
    plots.plot_decision_boundary(lambda X: 1 / (1 + np.exp(-3 * X[:, 0])), X, LABELS, ax=ax)
    boundary = ax.collections[0].get_paths()[0].vertices
    np.testing.assert_allclose(boundary[:, 0], 0, atol=1e-3)
    assert np.ptp(boundary[:, 1]) > np.ptp(X[:, 1])


def test_inputs_that_are_not_drawn_stay_at_their_median(ax):
    seen = []

    def chance(X):
        seen.append(X)
        return np.full(len(X), 0.3)

    three = np.column_stack([X, np.arange(M)])
    plots.plot_decision_boundary(chance, three, LABELS, inputs=(2, 0), names=["p", "q", "r"], ax=ax)
    np.testing.assert_array_equal(seen[0][:, 1], np.median(X[:, 1]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("r", "p")


def test_classes_are_counted_in_their_order(ax):
    labels = ["b", "a", "b", "c", "b"]
    plots.plot_label_histogram(labels, classes=["c", "b", "a"], ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [1, 3, 1]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["c", "b", "a"]


def test_numbers_are_binned(ax):
    plots.plot_label_histogram(Y, bins=7, ax=ax)
    np.testing.assert_array_equal(
        [bar.get_height() for bar in ax.patches], np.histogram(Y, bins=7)[0]
    )


NAMES = ["$x$", "a$b", "_hidden", "\\foo{", "<b>&amp;", "名", "tab\there", "x" * 90, ""]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_drawn_as_they_are_written(name):
    labels = np.array([name, "other"], dtype=object)[np.arange(10) % 2]
    chance = np.linspace(0, 1, 10)
    for draw in (
        lambda ax: plots.plot_confusion(labels, labels, ax=ax),
        lambda ax: plots.plot_roc(labels, chance, ["other", name], ax=ax),
        lambda ax: plots.plot_label_histogram(labels, name=name, ax=ax),
        lambda ax: plots.plot_importance({name: [1.0, 2.0]}, [name, "b"], ax=ax),
        lambda ax: plots.plot_decision_boundary(
            lambda X: X[:, 0], X[:10], labels, names=[name, "b"], ax=ax
        ),
    ):
        ax = Figure().add_subplot()
        draw(ax)
        ax.figure.savefig("/dev/null", format="svg")
        legend = ax.get_legend()
        assert legend is None or len(legend.get_texts()) >= 1


BAD = {
    "two columns": ("outputs", lambda: plots.plot_regression(np.ones((3, 2)), np.ones(3))),
    "three axes": ("targets", lambda: plots.plot_regression(np.ones((3, 2, 2)), np.ones(3))),
    "no such output": ("output", lambda: plots.plot_regression(BOTH_Y, BOTH_A, output=2)),
    "one input only": ("X", lambda: plots.plot_fit(len, X, Y)),
    "targets of others": ("targets", lambda: plots.plot_fit(len, X[:, 0], Y[:3])),
    "an output that is not": (
        "output",
        lambda: plots.plot_fit(lambda X: X, X[:, 0], Y, output=1),
    ),
    "text": ("targets", lambda: plots.plot_residuals(["a"], [1.0])),
    "nothing": ("targets", lambda: plots.plot_error_histogram([], [])),
    "NaN": ("outputs", lambda: plots.plot_regression([1.0], [np.nan])),
    "lengths": ("outputs", lambda: plots.plot_residuals([1.0, 2.0], [1.0])),
    "no bins": ("bins", lambda: plots.plot_error_histogram([1.0], [1.0], bins=0)),
    "other rows": ("division", lambda: plots.plot_residuals(Y[:5], A[:5], DIVISION)),
    "labels": ("predicted", lambda: plots.plot_confusion(["a", "b"], ["a"])),
    "class": ("classes", lambda: plots.plot_confusion(["a"], ["b"], ["a"])),
    "class to count": ("classes", lambda: plots.plot_label_histogram(["a"], classes=["b"])),
    "columns": ("probabilities", lambda: plots.plot_roc(["a", "b"], np.ones((2, 3)))),
    "no number": ("probabilities", lambda: plots.plot_roc(["a", "b"], [np.nan, 1.0])),
    "one input": ("X", lambda: plots.plot_decision_boundary(len, np.ones((2, 1)), ["a", "b"])),
    "same input": (
        "inputs",
        lambda: plots.plot_decision_boundary(len, X, LABELS, inputs=(1, 1)),
    ),
    "chances": (
        "probabilities",
        lambda: plots.plot_decision_boundary(lambda X: X, X, LABELS, ["up", "down", "third"]),
    ),
}


@pytest.mark.parametrize(("argument", "draw"), BAD.values(), ids=BAD)
def test_what_cannot_be_drawn_is_refused(argument, draw):
    with refused(argument):
        draw()
