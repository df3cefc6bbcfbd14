"""Rows that stand in a table twice are named; those that repeat by chance are not."""

import numpy as np
import pytest

from clearprop.fitting.repeats import notes_on_repeats

RANDOM = np.random.default_rng(0)
MEASURED = RANDOM.normal(size=(100, 3))
CHOICES = RANDOM.integers(0, 3, size=(100, 3)).astype(float)
AGES = np.column_stack([RANDOM.integers(18, 80, 100), CHOICES[:, 0]]).astype(float)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (MEASURED, None),
        (np.vstack([MEASURED, MEASURED]), "100 rows repeat"),
        (np.vstack([MEASURED, MEASURED[:7]]), "7 rows repeat"),
        (np.vstack([MEASURED, MEASURED[:1]]), None),  # one may be two cases
        (CHOICES, None),  # 27 kinds of rows: they repeat by themselves
        (AGES, None),
    ],
)
def test_what_is_named(rows: np.ndarray, expected: str | None) -> None:
    notes = notes_on_repeats(rows[:, :-1], rows[:, -1:])
    assert [note.en[: len(expected or "")] for note in notes] == ([expected] if expected else [])


def test_a_row_with_another_answer_is_none_of_them() -> None:
    X = np.vstack([MEASURED, MEASURED])
    assert notes_on_repeats(X, np.arange(200.0)[:, None]) == ()
