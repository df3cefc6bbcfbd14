"""The harness: the limited process that reads a script and asks the script's own process.

It answers the questions of the parent, one after the other, over two pipes. No line of a person's
code runs in it: it takes from the process of the script what
`clearprop.check.script.messages` lets through.
"""

import ast
import json
import math
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from clearprop.check.script.channel import Channel
from clearprop.check.script.child.attempts.failures import (
    TOO_DEEP,
    called,
    explained_failure,
    not_parsed,
    noted,
    shape_failure,
    with_line,
)
from clearprop.check.script.child.attempts.ordering import Failure, in_order_of_progress
from clearprop.check.script.child.left_behind import Before
from clearprop.check.script.child.process import EndedError, ScriptProcess, watch_children
from clearprop.check.script.child.serving import Job
from clearprop.check.script.fixtures import PENALTY, Fixture, Fixtures
from clearprop.check.script.messages import (
    Answer,
    Form,
    Line,
    Reading,
    Reply,
    Success,
    Trial,
)
from clearprop.check.script.schema import MAX_ITEMS
from clearprop.check.script.source.added_gradients import adds_gradients
from clearprop.check.script.source.attempts import (
    Attempt,
    attempts,
    calling_others,
    one_output,
    one_sample,
)
from clearprop.check.script.source.borrowed import imports_clearprop, takes_differences
from clearprop.check.script.source.interfaces import interfaces
from clearprop.check.script.source.reading import MAX_LAYERS, Source, parse
from clearprop.check.script.source.stepping import places_that_step
from clearprop.check.script.source.syntax import (
    cell_starts,
    is_indented_anew,
    is_python_2,
    read_tree,
)
from clearprop.check.script.source.unbound import left_out
from clearprop.check.script.source.undefined import undefined
from clearprop.check.script.source.unimported import unimported
from clearprop.check.script.walls.landlock import restrict_files
from clearprop.check.script.walls.limits import (
    adopt_orphans,
    end_with,
    gain_nothing,
    hide_memory,
    limit_resources,
)
from clearprop.check.script.walls.places import DEVICES

MEGABYTES = 1024
"""Memory in which a script is read."""
CALLING = 0.4
"""The part of the processor time that calling a script's functions may take, if it runs as well."""
FOR_JUDGING, LEAST = 2.0, 2.0
"""Seconds that are left for judging what is seen of a script, and that it runs at least."""


class Harness:
    """One script, and the conversation about it.

    Parameters
    ----------
    job : Job
    waiting : int
        See `clearprop.check.script.child.process.ScriptProcess`.
    """

    def __init__(self, job: Job, waiting: int) -> None:
        self.job, self.waiting = job, waiting
        self.tried: list[Attempt] = []
        self.folder_before = Before(Path(job.folder))
        self.seconds = job.seconds
        """Of processor time, for the calls of the script's functions."""

    def read(self, function: str | None, outputs: int | None, seed: int) -> Reading:
        """Read the script, and keep what is to be tried with it."""
        if function is None:
            self.seconds = math.ceil(CALLING * self.job.seconds)
        try:
            self.source = parse(Path(self.job.path))
            found = interfaces(self.source, function)
            self.tried = attempts(self.source, found, outputs, Fixtures(seed))
            return Reading(
                names=tuple(f.name for f in (*self.source.functions, *self.source.classes))[:100],
                attempts=len(self.tried),
                made_in=made_in(self.source),
                lines=tuple(self.source.text.splitlines()[:MAX_ITEMS]),
                cells=cell_starts(Path(self.job.path)),
                is_python_2=is_python_2(Path(self.job.path)),
                is_indented_anew=is_indented_anew(Path(self.job.path)),
                unimported=unimported(ast.parse(self.source.text)),
                undefined=tuple(undefined(ast.parse(self.source.text))),
                left_out=left_out(read_tree(Path(self.job.path)))[:MAX_ITEMS],
                imports_clearprop=imports_clearprop(self.source.tree),
                takes_differences=takes_differences(self.source.tree, found),
                adds_gradients=adds_gradients(self.source.tree),
                steps_in=places_that_step(self.source.tree),
            )
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Reading(failure=not_parsed(error))

    def run(self, number: int | None, change: str | None) -> Reply:
        """Try everything, or one attempt again: changed to one sample, or to one output."""
        tried = self.tried
        if number is not None:
            changed = {"one sample": one_sample, "one output": one_output}[str(change)]
            tried = [changed(tried[number])]
        reply, failures = self.outcome(tried)
        if reply.success is None and needs_all_of_it(self.source, failures):
            tried = [{**attempt, "whole": True} for attempt in tried]
            reply, _ = self.outcome(tried)
        if number is None:
            self.tried = tried
        return reply

    def run_others(self, number: int) -> Reply:
        """Try what calls other functions and classes than an attempt does, and nothing else."""
        self.tried = calling_others(self.tried, self.tried[number])
        return self.outcome(self.tried)[0] if self.tried else Reply()

    def watch(self, *, briefly: bool) -> Reply:
        """Run the script by itself, and return what was seen of it; `briefly`, of no part of it."""
        walls: tuple[str, ...] = ()
        try:
            self.folder_before.restore()
            seconds = max(LEAST, self.job.seconds - FOR_JUDGING - spent())
            with ScriptProcess(self.job, self.waiting) as script:
                walls = script.walls
                seen = script.watch(seconds, briefly=briefly).watched
            return Reply(watched=seen, walls=walls, spent=spent())
        except EndedError as ended:
            return Reply(ended=ended.how, said=ended.said, walls=walls)

    def outcome(self, tried: Sequence[Attempt]) -> tuple[Reply, list[Failure]]:
        """Return the reply to the parent, and the failures on the way."""
        failures: list[Failure] = []
        answer = Answer()
        walls: tuple[str, ...] = ()
        job = replace(self.job, seconds=max(1, math.ceil(self.seconds - spent())))
        try:
            with ScriptProcess(job, self.waiting) as script:
                walls = script.walls
                for number, attempt in in_order_of_progress(tried, failures):
                    answer = script.ask(attempt)
                    if answer.found is not None:
                        success = Asking(script, attempt, self.source).success(number, answer)
                        failed_before = shape_failure(self.source, tried, failures, number)
                        success = replace(success, shape_failure=failed_before)
                        notes = noted(self.source, answer.troubles)
                        return Reply(success, notes=notes, walls=walls), failures
                    if answer.failed is None:
                        raise EndedError("unusable")
                    failures.append(Failure(number, answer.failed))
                    if answer.failed.final:
                        break
        except EndedError as ended:
            return Reply(ended=ended.how, said=ended.said, walls=walls), failures
        failure = explained_failure(self.source, tried, failures)
        notes = noted(self.source, answer.troubles)
        return Reply(failure=failure, notes=notes, walls=walls), failures


class Asking:
    """Questions about one attempt that gave a gradient.

    Parameters
    ----------
    script : ScriptProcess
    attempt : Attempt
    source : Source
    """

    def __init__(self, script: ScriptProcess, attempt: Attempt, source: Source) -> None:
        self.script, self.attempt, self.source = script, attempt, source
        self.fixture = Fixture(**attempt["fixture"])

    def success(self, number: int, answer: Answer) -> Success:
        """Return the first gradient, and those of other batches, parameters and penalties."""
        assert answer.found is not None
        stopped = answer.found.stopped
        success = Success(
            self.form(number),
            Trial(answer.found),
            stopped=None if stopped is None else with_line(self.source, stopped),
        )
        try:  # whatever fails from here on costs only what would have come
            success = replace(success, again=self.trial(self.fixture.again()))
            success = replace(success, elsewhere=self.trial(self.fixture.elsewhere()))
            if answer.takes_penalty:
                success = replace(success, penalized=self.trial(self.fixture, penalty=PENALTY))
            losses = self.script.ask(self.attempt, losses=True).losses
            success = replace(success, plain=Trial(answer.found, losses))
        except EndedError:
            pass
        return success

    def trial(self, fixture: Fixture, **settings: float) -> Trial | None:
        """Return what the same code gives for another fixture; None where it fails on it."""
        attempt = {**self.attempt, "fixture": asdict(fixture), **settings}
        found = self.script.ask(attempt).found
        if found is None:
            return None
        losses = self.script.ask(attempt, losses=True).losses if settings else None
        return Trial(found, losses)

    def form(self, number: int) -> Form:
        """Return the form of the attempt, for the parent."""
        interface, fixture = self.attempt["interface"], self.fixture
        return Form(
            number=number,
            kind=interface["kind"],
            called=called(self.attempt),
            convention=self.attempt["convention"],
            samples=self.attempt["samples"],
            equal=self.attempt["equal"],
            apart=self.source.takes_samples_apart(interface),
            sizes=tuple(fixture.sizes),
            m=fixture.m,
            learning_rate=fixture.learning_rate,
            seed=fixture.seed,
        )


def spent() -> float:
    """Return the processor time of this process and of those that it has ended."""
    return sum(os.times()[:4])


def needs_all_of_it(source: Source, failures: Sequence[Failure]) -> bool:
    """Return whether functions miss a variable that only the statements left out would set."""
    troubles = [failed.trouble for _, failed in failures]
    missing = [trouble.message.en for trouble in troubles if trouble.kind == "NameError"]
    return any(f"'{name}'" in message for message in missing for name in source.variables)


def made_in(source: Source) -> dict[str, Line]:
    """Return the lines that assign ``"dW1"``, ``"db1"`` … and the error terms ``"δ1"`` ….

    And those that step ``"W1"``, ``"b1"`` … by what they compute themselves.
    """
    lines = {}
    for layer in range(1, MAX_LAYERS + 1):
        numbers = {
            f"{kind}{layer}": source.line_assigning(f"{kind}{layer}") for kind in ("dW", "db")
        }
        numbers[f"δ{layer}"] = source.line_of_error_term(layer)
        numbers |= {f"{kind}{layer}": source.line_stepping(f"{kind}{layer}") for kind in "Wb"}
        for name, number in numbers.items():
            if number is not None:
                lines[name] = Line(number, source.line(number))
    return lines


def main() -> None:
    """Answer the parent's questions until it has no more."""
    channel = Channel(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    task: dict[str, Any] = json.loads(channel.receive())
    job = Job(**task["job"])
    if task["parent"] is not None:
        end_with(task["parent"])
    adopt_orphans()
    watch_children()
    hide_memory()
    if task["lent"] is not None:  # data may be larger than what a script may write
        shutil.copytree(task["lent"], job.folder, dirs_exist_ok=True)
    limit_resources(None, MEGABYTES, max(MEGABYTES, job.megabytes))
    if gain_nothing() and "landlock" not in job.without:
        restrict_files((*job.readable, *DEVICES), (job.folder, "/dev/null"))
    harness = Harness(job, task["waiting"])
    while True:
        try:
            question = json.loads(channel.receive())
        except EOFError:
            sys.exit(0)
        answers = {
            "read": harness.read,
            "run": harness.run,
            "run_others": harness.run_others,
            "watch": harness.watch,
        }
        try:
            channel.send(answers[question.pop("ask")](**question))
        except (RecursionError, MemoryError):
            channel.send({"failure": TOO_DEEP})
