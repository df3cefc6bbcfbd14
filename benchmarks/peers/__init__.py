"""One file a peer: how it does each kind of task. A peer that is not installed is skipped."""

import importlib
import pkgutil
from collections.abc import Collection
from types import ModuleType

from benchmarks.contender import Contender
from benchmarks.tasks import Task


def load(wanted: Collection[str] = ()) -> tuple[list[ModuleType], dict[str, str]]:
    """Return the peers' modules, and why others cannot take part, by their file's name.

    Parameters
    ----------
    wanted : collection of str
        Names of files, to which the choice is limited; empty for all.
    """
    found, skipped = [], {}
    for entry in pkgutil.iter_modules(__path__):
        if wanted and entry.name not in wanted:
            continue
        try:
            found.append(importlib.import_module(f"{__name__}.{entry.name}"))
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("benchmarks"):
                raise
            skipped[entry.name] = f"{error.name} is not installed"
    return found, skipped


def contenders(peers: Collection[ModuleType], task: Task) -> list[Contender]:
    """Return everybody who can do the task, ours first."""
    peers = sorted(peers, key=lambda peer: not peer.__name__.endswith(".ours"))
    able = [getattr(peer, task.kind) for peer in peers if hasattr(peer, task.kind)]
    return [contender for enter in able for contender in enter(task)]
