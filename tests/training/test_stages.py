"""A stage says no more than is known."""

from clearprop._text import Text
from clearprop.training.stages import Stage


def test_of_a_stage_its_name_is_enough():
    name = Text("comparing", "比较")
    assert Stage(name) == Stage(name, done=0, total=None, seconds_left=None)
    assert Stage(name, 1, 3, 0.5).seconds_left == 0.5
