"""Random numbers for the orders of rows: the same as NumPy's, however they are taken."""

import numpy as np
import pytest

from clearprop.training.randomness import draws

KINDS = [np.random.PCG64, np.random.PCG64DXSM, np.random.SFC64, np.random.MT19937]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("taken_before", [0, 1, 2])
@pytest.mark.parametrize(("epochs", "m"), [(4, 5), (3, 7), (1, 1), (2, 1000)])
def test_draws_are_those_of_numpy_and_so_is_what_comes_after_them(kind, taken_before, epochs, m):
    ours, numpys = (np.random.Generator(kind(3)) for _ in range(2))
    for random in (ours, numpys):
        random.integers(2**32, size=taken_before, dtype=np.uint32)
    for _ in range(2):
        right = numpys.integers(2**32, size=(epochs, m), dtype=np.uint32)
        np.testing.assert_array_equal(draws(ours, epochs, m), right)
    assert ours.integers(2**32, dtype=np.uint32) == numpys.integers(2**32, dtype=np.uint32)
    assert ours.random() == numpys.random()
