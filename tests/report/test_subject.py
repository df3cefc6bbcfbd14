"""What a report is about: the right rows in the right parts, weights in comparable units."""

import numpy as np
import pytest

from clearprop import Layer, Model, Network
from clearprop.backprop.structure import Parameters
from clearprop.data import as_table
from clearprop.report import report_html, write_report
from clearprop.report.subject import examine
from clearprop.training.scaling import fit_scaling, fold, unfold
from pages import read
from refusals import refused
from report_cases import html, trained, without_pictures


def subject_of(name, frame=None):
    model, own = trained(name)
    return examine(model, as_table(own if frame is None else frame), "en", "m.clearprop")


def test_the_training_table_is_recognised_and_divided_as_then():
    subject = subject_of("one number")
    assert {look.name.en: len(rows) for look, rows in subject.parts} == {
        "Training": subject.model.summary["rows"]["train"],
        "Validation": subject.model.summary["rows"]["validation"],
        "Test": subject.model.summary["rows"]["test"],
    }
    assert subject.judged[0].name.en == "Test"


def test_the_test_error_is_that_of_training():
    """The model file says the error on its test rows; the report finds the same."""
    subject = subject_of("one number")
    (rmse,) = (m for m in subject.model.summary["measures"] if m["name"] == "rmse")
    (table,) = (
        table
        for table in read(html("one number", pictures=False)).all("table")
        if table.all("caption") and "Errors in “price”" in table.all("caption")[0].text
    )
    cells = [cell.text for cell in table.all("tr")[3].all("td")]
    assert cells[0] == "Test"
    assert float(cells[2].replace(",", "")) == pytest.approx(rmse["test"], rel=1e-3)


def test_columns_in_another_order_are_the_same_table():
    _, frame = trained("one number")
    subject = subject_of("one number", frame[frame.columns[::-1]])
    assert subject.division is not None


def test_another_table_has_no_division():
    _, frame = trained("one number")
    changed = frame.assign(price=frame.price + 1)
    for other in (changed, frame.iloc[::-1], frame.iloc[:-1]):
        subject = subject_of("one number", other)
        assert subject.division is None
        assert [look.name.en for look, _ in subject.parts] == ["All"]
    model, _ = trained("one number")
    with without_pictures():
        text = read(report_html(model, changed)).text
    assert "Which of these rows the model was trained on is not known" in text
    assert "another table than that of this report" in text


def test_where_all_rows_train_the_report_says_so():
    text = read(html("one input, all rows train", pictures=False)).text
    assert "All rows took part in training" in text


def test_standardized_weights_are_weights_of_standardized_columns():
    subject = subject_of("several numbers")
    inputs, targets = subject.scalings
    network = subject.model.network
    scaled = network.forward(subject.standardized, inputs.apply(subject.X))
    np.testing.assert_allclose(targets.undo(scaled), subject.outputs, rtol=1e-9, atol=1e-9)


def test_unfold_undoes_fold():
    random = np.random.default_rng(0)
    X, Y = random.normal(3, 5, (20, 3)), random.normal(-2, 7, (20, 2))
    inputs, targets = fit_scaling(X, "standardize"), fit_scaling(Y, "minmax")
    sizes = (3, 4, 2)
    first = Parameters(sizes, random.normal(size=26))
    again = unfold(fold(first, inputs, targets), inputs, targets)
    np.testing.assert_allclose(again.vector, first.vector, rtol=1e-12)


def test_a_constant_column_counts_as_its_constant():
    network = Network(2, [Layer(3, "tanh"), Layer(1)])
    params = network.initialize("normal", seed=0)
    X = np.column_stack([np.arange(5.0), np.full(5, 7.0)])
    inputs, nothing = fit_scaling(X, "standardize"), fit_scaling(X[:, :1], None)
    unfolded = unfold(params, inputs, nothing)
    np.testing.assert_allclose(
        network.forward(unfolded, inputs.apply(X)), network.forward(params, X), rtol=1e-12
    )


def test_a_model_that_remembers_nothing_has_a_report():
    network = Network(2, [Layer(3, "tanh"), Layer(1)])
    model = Model(network, network.initialize(seed=0))
    table = {"x1": [0.0, 1.0, 2.0], "x2": [1.0, 0.0, 5.0], "y1": [1.0, 2.0, 3.0]}
    text = read(report_html(model, table)).text
    assert "The model file does not hold the history of its training." in text
    assert "The model file does not hold the command that trained it." in text


@pytest.mark.parametrize("rows", [1, 2, 2500])
def test_tables_of_any_length(rows):
    random = np.random.default_rng(0)
    network = Network(2, [Layer(3, "relu"), Layer(1)])
    model = Model(network, network.initialize(seed=0))
    values = random.normal(size=(rows, 3))
    page = report_html(model, dict(zip(["x1", "x2", "y1"], values.T, strict=True)))
    assert len(page) < 1_500_000
    read(page)


def test_a_network_that_answers_with_a_constant_has_a_report():
    network = Network(1, [Layer(2, "relu"), Layer(1)])
    model = Model(network, network.initialize("zeros"))
    read(report_html(model, {"x1": [1.0, 2.0], "y1": [3.0, 3.0]}))


def test_tables_with_very_many_columns():
    network = Network(90, [Layer(1)])
    model = Model(network, network.initialize(seed=0))
    values = np.random.default_rng(0).normal(size=(20, 91))
    names = [*(f"x{n}" for n in range(1, 91)), "y1"]
    page = read(report_html(model, dict(zip(names, values.T, strict=True))))
    assert "and 30 columns more" in page.text


GARBAGE = [
    {"history": {"epoch": "abc"}},
    {"history": [1, 2]},
    {"history": {"epoch": [1], "loss": [{}]}},
    {"division": 5, "data_sha256": "x"},
    {"stop_reason": "because"},
    {"versions": [1]},
    {"seed": "many"},
    {"seconds": {}},
    {"best_epoch": [3]},
]


@pytest.mark.parametrize("summary", GARBAGE)
def test_a_summary_that_says_nonsense_is_refused(summary):
    model, frame = trained("one number")
    broken = Model(model.network, model.parameters, model.encoding, model.target, summary)
    with refused("model", "record of the training"):
        report_html(broken, frame)


def test_a_language_that_is_not_known_is_refused():
    model, frame = trained("one number")
    with refused("language"):
        report_html(model, frame, language="fr")


def test_a_path_that_cannot_be_written_is_refused_before_any_work(tmp_path, monkeypatch):
    model, frame = trained("one number")
    monkeypatch.setattr("clearprop.report.report.report_html", None)
    with refused("path", "folder"):
        write_report(model, frame, tmp_path)
