"""Parts of rows are drawn by the number of a row, wherever one begins."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clearprop.streaming.parts import TEST, TRAIN, VALIDATION, PartOfRows

PARTS = PartOfRows(0.2, 0.1, seed=4)


@given(st.integers(0, 500), st.integers(0, 500))
def test_any_run_of_rows_has_the_parts_that_it_has_among_all(start, rows):
    np.testing.assert_array_equal(PARTS.of(start, rows), PARTS.of(0, 1000)[start : start + rows])


def test_the_shares_are_those_that_are_asked_for():
    part = PARTS.of(0, 100_000)
    for which, share in ((VALIDATION, 0.2), (TEST, 0.1), (TRAIN, 0.7)):
        assert abs((part == which).mean() - share) < 0.01
