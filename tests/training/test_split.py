"""Divisions of rows: every row in one part at most, as many as asked for, and their letters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.training import Division, divide
from refusals import refused


@pytest.mark.parametrize("method", ["random", "block", "interleaved"])
@given(m=st.integers(1, 200), validation=st.integers(0, 50), test=st.integers(0, 49))
def test_the_parts_are_disjoint_complete_and_as_large_as_asked(method, m, validation, test):
    fractions = (100 - validation - test) / 100, validation / 100, test / 100
    division = divide(m, method, fractions, seed=0)
    parts = division.train, division.validation, division.test
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(m))
    assert len(parts[1]) == round(m * fractions[1])
    assert len(parts[2]) == round(m * fractions[2])
    for part in parts:
        assert (np.diff(part) > 0).all()


def test_each_method_takes_its_rows():
    assert divide(10, "block", (0.5, 0.3, 0.2)).letters(10) == "TTTTTVVVEE"
    turns = divide(12, "interleaved", (0.5, 0.25, 0.25)).letters(12)
    for start in (0, 4, 8):  # each quarter of the rows has its share of every part
        assert sorted(turns[start : start + 4]) == ["E", "T", "T", "V"]
    # the middles of six, two and two equal parts of the table, in order
    assert divide(10, "interleaved", (0.6, 0.2, 0.2)).letters(10) == "TTVETTTVET"
    assert divide(5, "index", rows=([4, 0], [3], [])).letters(5) == "T--VT"
    drawn = [divide(50, seed=seed).letters(50) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_all_rows_train_where_nothing_is_held_back():
    assert Division.all_for_training(3).letters(3) == "TTT"


@pytest.mark.parametrize(
    ("argument", "given", "word"),
    [
        ("fractions", {"fractions": (0.5, 0.5, 0.5)}, "add up to 1"),
        ("fractions", {"fractions": (1.2, -0.1, -0.1)}, "at least 0"),
        ("fractions", {"fractions": (0.0, 0.5, 0.5)}, "none would train"),
        ("method", {"method": "alphabetical"}, "block"),
        ("rows", {"method": "index"}, "needs them"),
        ("rows", {"method": "index", "rows": ([0, 4], [], [])}, "(=4)"),
        ("rows", {"method": "index", "rows": ([0], [4], [])}, "at most 3."),
        ("rows", {"method": "index", "rows": ([-1], [], [])}, "(=-1)"),
        ("rows", {"method": "index", "rows": ([0, 1], [1], [])}, "named twice"),
        ("rows", {"method": "index", "rows": ([], [1], [])}, "none would train"),
    ],
)
def test_what_is_no_division_is_refused(argument, given, word):
    with refused(argument, word):
        divide(4, **given)


@settings(max_examples=30)
@given(m=st.integers(1, 60), seed=st.integers(0, 9), held=st.sampled_from([0.0, 0.2, 0.4]))
def test_a_division_comes_back_from_its_letters(m, seed, held):
    division = divide(m, fractions=(1 - 2 * held, held, held), seed=seed)
    letters = division.letters(m)
    again = Division.from_letters(letters)
    assert len(letters) == m
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(again, part), getattr(division, part))


def test_a_row_in_no_part_has_a_dash():
    division = divide(5, "index", rows=([0, 1], [3], []))
    assert division.letters(5) == "TT-V-"


@given(m=st.integers(3, 40), seed=st.integers(0, 9))
def test_rows_that_are_left_keep_their_part(m, seed):
    division = divide(m, fractions=(0.6, 0.2, 0.2), seed=seed)
    kept = np.flatnonzero(np.random.default_rng(seed).uniform(size=m) < 0.7)
    letters = np.array(list(division.letters(m)))[kept]
    if "T" in letters:
        assert division.among(kept, m).letters(len(kept)) == "".join(letters)
    else:
        with refused("division", "none of the rows"):
            division.among(kept, m)


def test_matlabs_names_of_the_methods_are_known():
    for name, ours in (
        ("dividerand", "random"),
        ("divideblock", "block"),
        ("divideint", "interleaved"),
    ):
        assert divide(20, name, seed=1).letters(20) == divide(20, ours, seed=1).letters(20)
    assert divide(3, "divideind", rows=([0], [1], [2])).letters(3) == "TVE"


@pytest.mark.parametrize(
    ("rows", "m", "word"),
    [
        ([0, 1], 9, "names row 9, and the rows are 0 to 8"), ([0, 1], 10, None),
        ([5, 9], 10, "none of the rows that train is left"),
    ],
)  # fmt: skip
def test_a_division_of_other_rows_is_refused(rows, m, word):
    division = Division(np.arange(3), np.arange(3, 6), np.arange(6, 10))
    if word is None:
        assert division.among(np.array(rows), m).letters(2) == "TT"
        return
    with refused("division", word):
        division.among(np.array(rows), m)


def test_a_negative_row_is_refused_and_a_part_may_be_empty():
    nobody = np.arange(0)
    with refused("division", "the rows are 0 to 4"):
        Division(np.array([-1, 2]), nobody, nobody).among(np.arange(5), 5)
    with refused("division", "none of the rows that train"):
        Division(nobody, nobody, nobody).among(np.arange(5), 5)
