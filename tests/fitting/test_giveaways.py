"""Inputs that are the target in another unit, or its parts, are named; good ones are not."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.data import Encoding, as_table
from clearprop.fitting.giveaways import (
    _log_chance,
    columns_that_tell_classes,
    notes_on_giveaways,
)

RANDOM = np.random.default_rng(0)
AWAKE, OTHER = RANDOM.normal(size=(2, 200))
KIND = np.where(AWAKE > 0, "day", "night")


def named(table: dict, Y: np.ndarray) -> list[str]:
    """Return the columns that notes are about."""
    known = as_table(table)
    encoding = Encoding.learn(known, ())
    notes = notes_on_giveaways(encoding, encoding.matrix(known), Y.reshape(len(Y), -1))
    return [note.en.partition(":")[0] for note in notes]


@pytest.mark.parametrize(
    ("table", "Y", "expected"),
    [
        ({"awake": AWAKE, "x": OTHER}, 24 - AWAKE, ["awake"]),
        ({"awake": AWAKE, "x": OTHER}, 24 - AWAKE + 0.2 * OTHER, ["awake, x"]),
        ({"awake": AWAKE}, 24 - AWAKE, []),  # a lone input is what people ask about
        ({"kind": KIND, "x": OTHER}, (AWAKE > 0) * 1.0, ["kind"]),
        ({"x": OTHER, "one": np.ones(200)}, AWAKE, []),
        ({"awake": AWAKE[:8], "x": OTHER[:8]}, AWAKE[:8], []),
        ({"a": AWAKE, "b": OTHER, "c": AWAKE * OTHER}, AWAKE - 9 * OTHER + 4, ["a, b"]),
        ({"a": AWAKE, "kind": KIND}, AWAKE + 2 * (KIND == "day"), ["a, kind"]),
        ({"a": AWAKE, "b": OTHER}, AWAKE - OTHER + 0.01 * AWAKE * OTHER, []),
        ({"a": AWAKE[:12], "b": OTHER[:12]}, AWAKE[:12] - OTHER[:12], []),  # too few rows
    ],
)
def test_what_is_named(table: dict, Y: np.ndarray, expected: list[str]) -> None:
    assert named(table, Y) == expected


FLOWER = np.repeat([0, 1, 2], 20)
NOISE = np.random.default_rng(1).uniform(size=60)


@pytest.mark.parametrize(
    ("table", "codes", "expected"),
    [
        ({"weight": 2000 + AWAKE, "x": OTHER}, AWAKE < 0.1, ["weight"]),  # a threshold
        ({"a": FLOWER + 0.9 * NOISE, "x": NOISE}, FLOWER, ["a"]),
        ({"a": FLOWER + 1.1 * NOISE, "x": NOISE}, FLOWER, []),  # two classes overlap
        ({"is_first": FLOWER == 0, "x": NOISE}, FLOWER, []),  # it tells one of three
        ({"kind": np.array(list("acbd"))[FLOWER + (NOISE > 0.9)], "x": NOISE}, FLOWER, []),
        ({"kind": np.array(list("acb"))[FLOWER], "x": NOISE}, FLOWER, ["kind"]),
        ({"a": np.arange(12.0), "x": NOISE[:12]}, np.arange(12) > 10, []),  # 2 in 12 by chance
    ],
)
def test_columns_that_tell_the_class_alone(table: dict, codes: np.ndarray, expected: list) -> None:
    known = as_table(table)
    encoding = Encoding.learn(known, ())
    found = columns_that_tell_classes(encoding, encoding.matrix(known), codes.astype(float))
    assert found == expected


def test_chance_is_that_of_random_orders() -> None:
    # 4 of 7 rows before the others: 2 of the 35 ways in which they may stand
    table, codes = {"a": np.arange(7.0), "x": np.ones(7)}, np.arange(7) < 4
    assert _log_chance(2, [4, 3]) == pytest.approx(np.log(2 / 35))
    known = as_table(table)
    encoding = Encoding.learn(known, ())
    assert not columns_that_tell_classes(encoding, encoding.matrix(known), codes.astype(float))


def test_a_fit_says_it() -> None:
    table = {"sleep": 24 - AWAKE, "awake": AWAKE, "x": OTHER}
    fitted = cp.fit(table, "sleep", hidden=(), max_epochs=5)
    (note,) = fitted.notes
    assert note.en.startswith("awake: it tells the target on its own")


def test_a_fit_says_which_column_the_classes_come_from() -> None:
    table = {"low": AWAKE < 0.5, "weight": 3000 + 500 * AWAKE, "x": OTHER}
    (note,) = cp.fit(table, "low", hidden=(), max_epochs=5).notes
    assert note.en.startswith("weight: it tells the class on its own")
