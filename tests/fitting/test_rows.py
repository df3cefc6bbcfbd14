"""Rows that are held back: parts of all rows, in blocks, in turn, or as they are named."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting import fit
from clearprop.training import divide
from fitting_cases import LINE, QUICK, SMALL, letters_of


def test_all_rows_train_unless_some_are_held_back():
    xor = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": [0, 1, 1, 0]}
    fitted = fit(xor, "y", hidden=(4,), solver="lbfgs")
    assert len(fitted.result.division.train) == 4
    assert fitted.model.predict(xor).tolist() == [0, 1, 1, 0]
    (measure,) = fitted.measures
    assert (measure.train, measure.validation, measure.test) == (0, None, None)


@pytest.mark.parametrize(("validation", "test"), [(0.2, 0.0), (0.0, 0.1), (0.15, 0.15)])
def test_parts_held_back_are_parts_of_all_rows(diabetes, validation, test):
    few = diabetes[:100]
    fitted = fit(few, "target", QUICK, validation=validation, test=test, max_epochs=3)
    division = fitted.result.division
    assert len(division.validation) == round(100 * validation)
    assert len(division.test) == round(100 * test)
    together = np.concatenate([division.train, division.validation, division.test])
    assert np.array_equal(np.sort(together), np.arange(100))


@pytest.mark.parametrize(("validation", "test"), [(-0.1, 0), (1.5, 0), (0.5, 0.5), (0, 1)])
def test_parts_that_are_none_are_refused(diabetes, validation, test):
    with pytest.raises(cp.InputError, match=r"validation|test"):
        fit(diabetes, "target", validation=validation, test=test)


@pytest.mark.parametrize(
    ("y", "changes", "message"),
    [
        (["b", *"a" * 29], {"test": 0.2}, "`test` .*least populated class"),
        (["b", *"a" * 29], {"validation": 0.2}, "`validation` .*least populated class"),
        ([1.0, 2.5, 4.0], {"test": 0.9}, "`test` .*train set will be empty"),
        ([1.0, 2.5, 4.0], {"validation": 0.5, "test": 0.45}, "`validation` "),
    ],
)
def test_parts_that_cannot_be_drawn_are_refused(y, changes, message):
    table = {"x": range(len(y)), "y": y}
    with pytest.raises(cp.InputError, match=message):
        fit(table, "y", hidden=(2,), solver="lbfgs", max_epochs=2, **changes)


def test_rows_are_held_back_in_blocks_or_in_turn():
    parts = {"validation": 0.2, "test": 0.25}
    block = fit(LINE, "y", **SMALL, **parts, division="block")
    assert letters_of(block) == 11 * "T" + 4 * "V" + 5 * "E"
    interleaved = fit(LINE, "y", **SMALL, **parts, division="interleaved")
    right = divide(20, "interleaved", (0.55, 0.2, 0.25)).letters(20)
    assert letters_of(interleaved) == right
    assert letters_of(fit(LINE, "y", **SMALL, division="block")) == 20 * "T"


def test_rows_are_held_back_as_they_are_named():
    division = divide(20, "index", rows=([0, 1, 2, 3, 9], [4, 5], [19]))
    fitted = fit(LINE, "y", **SMALL, division=division)
    assert letters_of(fitted) == "TTTTVV---T---------E"
    assert fitted.result.history[0].validation_loss is not None
    (measure, _) = fitted.measures
    assert measure.test == pytest.approx(abs(fitted.model.predict(LINE)[19] - 361))


BAD_DIVISIONS = {
    "unknown": ("division", {"division": "by hand"}),
    "scale": ("scale", {"scale": "mapminmax"}),
    "twice": ("division", {"division": divide(20, seed=0), "test": 0.2}),
    "another table": ("division", {"division": divide(30, seed=0)}),
}


@pytest.mark.parametrize("name", BAD_DIVISIONS)
def test_a_division_that_cannot_be_made_is_refused(name):
    argument, options = BAD_DIVISIONS[name]
    with pytest.raises(cp.InputError, match=rf"`{argument}` \(=.*try:"):
        fit(LINE, "y", **SMALL, **options)
