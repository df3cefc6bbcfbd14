"""Inputs that are the target in another unit, or its parts, are named; good ones are not."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.data import Encoding, as_table
from clearprop.fitting.giveaways import notes_on_giveaways

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


def test_a_fit_says_it() -> None:
    table = {"sleep": 24 - AWAKE, "awake": AWAKE, "x": OTHER}
    fitted = cp.fit(table, "sleep", hidden=(), max_epochs=5)
    (note,) = fitted.notes
    assert note.en.startswith("awake: it tells the target on its own")
