"""A column that names the parts: which rows train, validate and test."""

import pytest

import clearprop as cp
from clearprop.fitting import fit
from fitting_cases import LINE, SMALL, letters_of


def test_a_column_says_which_rows_are_held_back():
    words = ["Train", "training", "T", "val", "验证", "test", "E", "训练", *12 * ["train"]]
    fitted = fit(LINE.assign(part=words), "y", **SMALL, part="part")
    assert letters_of(fitted) == "TTTVVEE" + 13 * "T"
    assert fitted.model.encoding.features == ("x",)
    assert fitted.model.predict(LINE).shape == (20,)


def test_a_column_that_names_no_parts_is_refused():
    with pytest.raises(cp.InputError, match=r"row 4, column 'part'.*train, validation or test"):
        fit(LINE.assign(part=[*4 * ["train"], "tray", *15 * ["test"]]), "y", **SMALL, part="part")
    with pytest.raises(cp.InputError, match="none would train"):
        fit(LINE.assign(part="test"), "y", **SMALL, part="part")
    with pytest.raises(cp.InputError, match=r"`part`.*one of them"):
        fit(LINE.assign(part="train"), "y", **SMALL, part="part", test=0.2)
    with pytest.raises(cp.InputError, match="no column 'parts'"):
        fit(LINE.assign(part="train"), "y", **SMALL, part="parts")
