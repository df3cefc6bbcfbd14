"""What a search says of what it found."""

import numpy as np

from clearprop.search.candidates import Candidate, Step
from clearprop.search.reasons import spelled, why_blend, why_taken
from clearprop.search.wide import Blend
from search_cases import said


def test_how_wide_networks_take_part_is_said():
    none = why_blend(None, 0.5).en
    assert none.startswith("Wide networks: none, since 50 + 50 units")
    some = why_blend(Blend(30, 0.25, 0.125, np.ones(1)), 0.5).en
    assert "30 epochs of mini-batches, count 25%" in some
    assert "(0.125; 0.5 without)" in some


def test_sizes_are_spelled_as_people_write_them():
    assert [spelled(sizes) for sizes in ((), (8,), (20, 10))] == ["0", "8", "20 + 10"]


def test_the_simplest_that_is_no_worse_is_said_to_be_that():
    tried = {name: Candidate(Step(()), said(error)) for name, error in (("0", 0.5), ("4", 0.25))}
    assert "4, with the lowest root mean square error" in why_taken("Units", "", "4", tried).en
    simplest = why_taken("Units", "", "0", tried).en
    assert "0, the simplest whose root mean square error" in simplest
    assert "(0: 0.5, 4: 0.25)" in simplest
