"""Numbers as people write them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.data.numerals import is_formatted, plain, read_numerals


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=5))
def test_grouped_numbers_are_what_python_formats(numbers):
    texts = [f"{number:,.2f}" for number in [*numbers, 1234]]
    assert is_formatted(texts[-1])
    found = read_numerals(texts, decimal=".")
    np.testing.assert_array_equal(found.values, [float(number) for number in [*numbers, 1234]])
    german = [text.translate(str.maketrans(",.", ".,")) for text in texts]
    found = read_numerals(german, decimal=",")
    np.testing.assert_array_equal(found.values, [float(number) for number in [*numbers, 1234]])


@pytest.mark.parametrize(
    ("value", "number"),
    [(10**400, math.inf), (-(10**400), -math.inf), (7, 7.0), (" -1e3 ", -1000.0), (None, math.nan),
     ("1,5", math.nan), ("inf", math.inf)],
)  # fmt: skip
def test_a_number_beyond_all_others_is_infinite(value, number):
    assert plain(value) == pytest.approx(number, nan_ok=True)
