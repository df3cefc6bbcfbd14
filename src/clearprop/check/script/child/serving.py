"""The process of the script: put up the walls, then answer attempts until the other side is gone.

Whatever a script does to this process, it reaches nothing but two pipes. The process that it
answers takes arrays of numbers from it, and nothing else.
"""

import contextlib
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from clearprop.check.script.channel import Channel
from clearprop.check.script.child.attempts.attempting import Script
from clearprop.check.script.child.surroundings import arrange_surroundings
from clearprop.check.script.child.watching import watch
from clearprop.check.script.messages import Answer
from clearprop.check.script.observed import Watched
from clearprop.check.script.schema import UnusableError
from clearprop.check.script.source.syntax import read_tree
from clearprop.check.script.walls.audit import refuse_in_words
from clearprop.check.script.walls.landlock import restrict_files
from clearprop.check.script.walls.limits import end_with, gain_nothing, limit_resources
from clearprop.check.script.walls.places import DEVICES
from clearprop.check.script.walls.seccomp import refuse_calls


@dataclass(frozen=True)
class Job:
    """A script to run, where it may do so, and what it may use."""

    path: str
    folder: str
    """The script's own folder, the only one that it may write to."""
    seconds: int
    megabytes: int
    readable: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Walls that are left out, so that tests can try the others."""


def serve(channel: Channel, job: Job, harness: int) -> None:
    """Answer attempts at a script.

    Parameters
    ----------
    channel : Channel
    job : Job
    harness : int
        The process that asks; this one ends with it.
    """
    tree = read_tree(Path(job.path))
    home = os.path.dirname(job.path)
    os.chdir(home)
    arrange_surroundings()
    sys.path += folders_up(home, job.folder)  # after the libraries: no file shadows one of them
    sys.argv = [job.path]
    script = Script(job.path, tree)
    channel.send(Answer(walls=put_up_walls(job, harness)))
    while True:
        try:
            request = json.loads(channel.receive())
        except EOFError:
            return
        try:
            if "watch" in request:
                seconds, briefly = request["watch"], request["briefly"]
                tell(channel, watch(job.path, tree, job.folder, seconds, briefly=briefly))
                continue
            asked = script.losses if request["losses"] else script.answer
            channel.send(asked(request["attempt"]))
        except UnusableError:
            channel.send(Answer())


def tell(channel: Channel, seen: Watched) -> None:
    """Say what was seen of a program; of its first training alone, or even without its steps.

    That is where it is too long for a message.
    """
    alone = replace(seen, later=())
    for each in (seen, alone):
        with contextlib.suppress(UnusableError):
            return channel.send(Answer(watched=each))
    return channel.send(Answer(watched=replace(alone, steps=(), large=True)))


def folders_up(home: str, top: str) -> list[str]:
    """Return a folder and those around it, up to the topmost that was lent."""
    found = [home]
    while found[-1] != top and found[-1].startswith(top):
        found.append(os.path.dirname(found[-1]))
    return found


def put_up_walls(job: Job, harness: int) -> tuple[str, ...]:
    """Limit this process for good, and return which walls stand."""
    end_with(harness)
    limit_resources(job.seconds, job.megabytes)
    walls = []
    if gain_nothing():
        folders = (job.folder, "/dev/null")
        readable = (*job.readable, *DEVICES)
        if "landlock" not in job.without and restrict_files(readable, folders):
            walls.append("landlock")
        if "seccomp" not in job.without and refuse_calls():
            walls.append("seccomp")
    if os.name == "posix":
        walls.append("limits")
    if "audit" not in job.without:
        refuse_in_words(job.folder)
        walls.append("audit")
    return tuple(walls)
