"""Random programs with a slip: ordinary ones, of every style, whose mistake has its name."""

import numpy as np
import pytest

from check.random_slips import SLIPS, program_with_slip
from check.trials import slip_outcome
from clearprop.check import MISTAKES

SEEDS = [1, 4, 6, 10, 11, 12, 13, 14]
"""Slips of several kinds, in programs of several styles."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slip_is_named(seed, tmp_path):
    assert slip_outcome(seed, tmp_path) == "named"


@pytest.mark.parametrize("what", SLIPS)
def test_slips_have_names_of_the_catalogue(what):
    assert set(SLIPS[what].names) <= set(MISTAKES)


def test_a_slip_changes_the_text():
    what, _, text = program_with_slip(np.random.default_rng(3))
    assert what in SLIPS
    assert text.startswith("import numpy")
