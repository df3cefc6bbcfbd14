"""Programs with an engine of their own: it is judged by a network that is built of its numbers."""

import pytest

from clearprop.check.script.child.arrays.steps import Steps
from clearprop.check.script.child.defined.engines import engines, steps_of_engines
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.observed import Watched
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.watched.judging import judged

ENGINE = """
import math
class Num:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents
        self.hand_down = lambda: None
    def __add__(self, other):
        out = Num(self.data + other.data, (self, other))
        def hand_down():
            self.grad += out.grad
            other.grad += out.grad
        out.hand_down = hand_down
        return out
    def __mul__(self, other):
        out = Num(self.data * other.data, (self, other))
        def hand_down():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.hand_down = hand_down
        return out
    def tanh(self):
        t = math.tanh(self.data)
        out = Num(t, (self,))
        def hand_down():
            self.grad += (1 - t ** 2) * out.grad
        out.hand_down = hand_down
        return out
    def backward(self):
        order, seen = [], set()
        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.hand_down()
class Pair:
    def __init__(self, data):
        self.data = data
    def __add__(self, other):
        return Pair(self.data + other.data)
"""


def report_on(text, *, names=True):
    """Return the verdict on the engine in a program, and the names of its mistakes."""
    recorder = Recorder(5.0)
    namespace = {RECORDER: recorder}
    exec(text, namespace)
    assert [kind.__name__ for kind in engines(namespace)] == ["Num"]
    (step,) = steps_of_engines(namespace)
    recorder.start_again(5.0)
    step()
    steps = tuple(Steps(recorder.trace).find())
    return judged(Watched(steps=steps), "engine.py", names=names)


def test_a_right_engine_is_right():
    report = report_on(ENGINE)
    assert report.outcome == "right", report
    assert [layer.activation.name for layer in report.network.layers] == ["tanh", "identity"]


def test_an_engine_that_is_to_be_told_where_it_begins_is_right():
    report = report_on(ENGINE.replace("        self.grad = 1.0\n", ""))
    assert report.outcome == "right", report


@pytest.mark.parametrize(
    ("right", "wrong", "mistake"),
    [
        ("self.grad += out.grad", "self.grad = out.grad", None),
        ("other.grad += self.data * out.grad", "other.grad += other.data * out.grad", None),
        ("(1 - t ** 2) * out.grad", "out.grad", "derivative_left_out"),
        ("(1 - t ** 2) * out.grad", "(1 - t) * out.grad", "power_in_derivative"),
    ],
)
def test_a_wrong_engine_is_not(right, wrong, mistake):
    report = report_on(ENGINE.replace(right, wrong), names=mistake is not None)
    assert report.outcome != "right", report
    assert mistake is None or report.mistake == mistake, report
