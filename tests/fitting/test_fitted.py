"""The summary of a fit: as the command line prints it, in both languages."""

import numpy as np
import pytest

import clearprop as cp
from clearprop._aligned import width_of

X = np.linspace(-1, 1, 60)
TABLE = {"a": X, "b": X**2, "y": 3 * X + 1, "z": X}
SETTINGS = {"hidden": (2,), "solver": "lbfgs", "seed": 0, "max_epochs": 5}


@pytest.fixture(scope="module")
def fitted():
    return cp.fit(TABLE, "y", ignore=["z"], validation=0.2, test=0.1, **SETTINGS)


def test_each_part_has_its_rows_and_errors(fitted):
    parts, rows, *errors = str(fitted).split("\n\n")[1].splitlines()
    assert fitted.rows == {"train": 42, "validation": 12, "test": 6}
    assert parts.split() == ["train", "validation", "test"]
    assert rows.split() == ["rows", "42", "12", "6"]
    for line, of in zip(errors, fitted.measures, strict=True):
        shown = [float(number) for number in line.split()[-3:]]
        assert shown == pytest.approx([of.train, of.validation, of.test], rel=1e-3)


@pytest.mark.parametrize(("language", "word"), [("en", "stopped"), ("zh", "停止原因")])
def test_values_stand_below_each_other_in_both_languages(fitted, language, word):
    above = fitted.summary(language).split("\n\n")[0].splitlines()
    assert any(line.startswith(word) for line in above)
    starts = {width_of(line) - width_of(line.split(None, 1)[1]) for line in above}
    assert len(starts) == 1


def test_print_shows_the_summary_and_the_prompt_a_line(fitted):
    assert str(fitted) == fitted.summary()
    assert repr(fitted).startswith("<TableFit of 'y': Network(2, ")
    assert "\n" not in repr(fitted)


def test_several_targets_are_told_apart():
    both = cp.fit(TABLE, ["y", "z"], **SETTINGS).summary()
    assert {"y", "z"} <= {line.split()[1] for line in both.splitlines()[-4:]}
