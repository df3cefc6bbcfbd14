"""What tells one training of a program from another: its lines, and when its weights were made."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from clearprop.check.script.child.arrays.steps import MAX_STEPS, Steps
from clearprop.check.script.child.record.leaving import Kept, Signature
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.trace import Trace
from clearprop.check.script.child.scalars.recording import ScalarRecorder
from clearprop.check.script.child.scalars.steps import ScalarSteps
from clearprop.check.script.observed import ObservedStep

MANY = object()
"""What stands for several constants."""


def told(recorder: Recorder, steps: Steps | ScalarSteps, first: ObservedStep) -> Kept:
    """Return what tells a training from others, by its first step."""
    if isinstance(steps, Steps):
        signature = signature_of(recorder.trace, first)
        return Kept(signature, newest(steps, first), *earliest_and_latest(steps, first))
    assert isinstance(recorder, ScalarRecorder)
    times: dict[int, list[int]] = {}
    for each in steps.updates:
        times.setdefault(steps.first.get(each.before, each.before), []).append(each.time)
    begin = min((min(each) for each in times.values()), default=0)
    end = min((max(each) for each in times.values()), default=0)
    return Kept(lines_of(recorder), max(times, default=-1), begin, end)


def lines_of(recorder: ScalarRecorder) -> Signature:
    """Return the lines that computed single numbers more than once or twice, and how."""
    nodes = recorder.graph.nodes[recorder.since :]
    times = Counter((node.line, node.name) for node in nodes)
    return frozenset(each for each, many in times.items() if many >= MAX_STEPS)


def signature_of(trace: Trace, step: ObservedStep) -> Signature:
    """Return what is alike for trainings by the same lines: these, with their constants.

    What was done once or twice is no part of a training. How wide the layers are is none either.
    """
    times = Counter((operation.line, operation.name) for operation in trace.operations)
    constants: dict[tuple[int, str, int], Any] = {}
    for operation in trace.operations:
        if times[operation.line, operation.name] < MAX_STEPS:
            continue
        for place, operand in enumerate(operation.operands):
            array = trace.contents[operand]
            value = array.item() if array.size == 1 else MANY
            at = operation.line, operation.name, place
            constants[at] = value if constants.get(at, value) == value else MANY
    layers = [(number, layer.weights.line) for number, layer in enumerate(step.layers)]
    return frozenset([*constants.items(), *layers])


def newest(steps: Steps, first: ObservedStep) -> int:
    """Return the number of the last content among a network's weights before all its steps."""
    came_of = {update.after: update.before for update in reversed(steps.updates)}
    return max(followed(content, came_of)[-1] for content in weights_of(steps, first))


def earliest_and_latest(steps: Steps, first: ObservedStep) -> tuple[int, int]:
    """Return when a network's first weights made a step, and when all had made their latest one."""
    came_of = {update.after: update.before for update in reversed(steps.updates)}
    becomes = {update.before: update for update in reversed(steps.updates)}
    after = {content: update.after for content, update in becomes.items()}
    begins, ends = [], []
    for content in weights_of(steps, first):
        row = followed(followed(content, came_of)[-1], after)
        times = [becomes[each].time for each in row if each in becomes]
        begins.append(min(times, default=0))
        ends.append(max(times, default=0))
    return min(begins), min(ends)


def weights_of(steps: Steps, step: ObservedStep) -> list[int]:
    """Return the contents of the weights before a step."""
    found = (steps.trace.find(layer.weights.before) for layer in step.layers)
    return [content for content in found if content is not None] or [-1]


def followed(content: int, next_of: Mapping[int, int]) -> list[int]:
    """Return a content, the one that a mapping gives for it, and so on, each once."""
    row = [content]
    while (content := next_of.get(content, content)) not in row:
        row.append(content)
    return row
