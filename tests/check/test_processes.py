"""The process of a script: started in either way, asked, ended; and hostile answers judged."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from clearprop._text import Text
from clearprop.check.script.child import process
from clearprop.check.script.child.process import EndedError, ScriptProcess
from clearprop.check.script.child.serving import Job, tell
from clearprop.check.script.description import described
from clearprop.check.script.fixtures import Fixture, Fixtures
from clearprop.check.script.judgement import Judgement
from clearprop.check.script.messages import Form, Found, Success, Trial
from clearprop.check.script.observed import ObservedStep, Watched
from clearprop.check.script.schema import UnusableError
from clearprop.check.script.source.attempts import attempts
from clearprop.check.script.source.interfaces import interfaces
from clearprop.check.script.source.reading import parse
from clearprop.check.script.walls.places import readable_places

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture
def job(tmp_path):
    """A copy of a script in a folder of its own."""
    path = tmp_path / "moons.py"
    path.write_bytes((SCRIPTS / "moons.py").read_bytes())
    return Job(str(path), str(tmp_path), 10, 2048, tuple(readable_places()))


def test_a_process_that_is_started_afresh_answers_as_well(job, monkeypatch):
    source = parse(Path(job.path))
    attempt = attempts(source, interfaces(source, None), None, Fixtures(1))[0]
    monkeypatch.setattr(process.sys, "platform", "another")
    with ScriptProcess(job, 30) as script:
        monkeypatch.undo()
        assert script.ask(attempt).found.output.shape == (Fixtures(1).m, 3)
        assert script.ask(attempt, losses=True).losses.keys() == {"W1", "b1", "W2", "b2"}
    with pytest.raises(EndedError):
        script.ask(attempt)


FIXTURE = Fixture((4, 6, 3), 5, 0.3, 1)
SHAPES = {name: array.shape for name, array in FIXTURE.params.items()}
RIGHT_SHAPES = {f"d{name}": np.ones(shape) for name, shape in SHAPES.items()}
HOSTILE = {
    "huge numbers": Found((4, 6, 3), SHAPES, {n: a * 1e308 for n, a in RIGHT_SHAPES.items()}),
    "not a number": Found((4, 6, 3), SHAPES, {n: a * np.nan for n, a in RIGHT_SHAPES.items()}),
    "tiny numbers": Found((4, 6, 3), SHAPES, {n: a * 5e-324 for n, a in RIGHT_SHAPES.items()}),
    "truth values": Found((4, 6, 3), SHAPES, {n: a > 0 for n, a in RIGHT_SHAPES.items()}),
    "no gradient": Found((4, 6, 3), SHAPES, None),
    "a number": Found((4, 6, 3), SHAPES, 3.0),
    "other names": Found((4, 6, 3), SHAPES, {"dW99": np.ones(2), "": None}),
    "other shapes": Found((4, 6, 3), SHAPES, {n: np.ones((0, 2)) for n in RIGHT_SHAPES}),
    "an output without axes": Found((4, 6, 3), SHAPES, RIGHT_SHAPES, np.array(np.inf)),
    "an infinite loss": Found((4, 6, 3), SHAPES, RIGHT_SHAPES, None, np.inf),
    "no layers": Found((4,), SHAPES, RIGHT_SHAPES),
    "no units": Found((4, 0, 3), SHAPES, RIGHT_SHAPES),
    "many layers": Found((4,) * 100, SHAPES, RIGHT_SHAPES),
    "many units": Found((5000, 5000), SHAPES, RIGHT_SHAPES),
    "no shapes": Found((4, 6, 3), {}, RIGHT_SHAPES),
    "shapes of others": Found((4, 6, 3), {**SHAPES, "W1": (5, 5)}, RIGHT_SHAPES),
    "negative shapes": Found((4, 6, 3), {**SHAPES, "W1": (-4, -6)}, RIGHT_SHAPES),
}


@pytest.mark.parametrize("found", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("losses", [0.0, np.nan, 1e308])
def test_whatever_arrays_come_back_they_are_judged_and_not_right(found, losses):
    around = {name: np.full((*shape, 2), losses) for name, shape in SHAPES.items()}
    form = Form(0, "class", Text("f", "f"), "row", "row", False, False, (4, 6, 3), 5, 0.3, 1)
    trial = Trial(found, around)
    success = Success(form, trial, trial, replace(trial, losses=None), trial)
    try:
        with np.errstate(all="ignore"):
            network = described("tanh,sigmoid binary_cross_entropy mean")
            report = Judgement(success, trial, FIXTURE, network, {}).report("script.py")
    except UnusableError:
        return
    assert not report.ok
    assert report.text("en")
    assert report.text("zh")


class ShortChannel:
    """Takes what was seen of a program only without its steps."""

    def __init__(self):
        self.sent = []

    def send(self, answer):
        if answer.watched.steps:
            raise UnusableError("the message is too long")
        self.sent.append(answer)


def test_steps_that_are_too_long_for_a_message_are_left_out_of_it():
    channel = ShortChannel()
    tell(channel, Watched(steps=(ObservedStep((), (), np.zeros(0)),), products=3))
    [answer] = channel.sent
    assert answer.watched == Watched(products=3, large=True)
