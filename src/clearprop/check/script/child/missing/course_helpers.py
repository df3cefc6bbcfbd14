"""Helper modules that courses hand out with their notebooks, for a notebook that has lost them."""

import inspect
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.check.script.child.missing import course_networks
from clearprop.check.script.source.instrument.program import instrumented
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.syntax import read_tree

HELPERS = re.compile(r"^(\w+\.)?(planar|init|reg|opt|gc|lr|dnn|dnn_app|rnn)_utils", re.IGNORECASE)
"""Names of such modules."""
WITH_CACHE = re.compile(r"dnn_", re.IGNORECASE)
"""Modules whose activations hand back z as well, for the way back."""
POINTS = re.compile(r"(init|reg|opt)_utils", re.IGNORECASE)
"""Modules whose data are points in a plane."""
DATA = ("load_dataset", "load_planar_dataset")
"""Loaders of data that these modules hold."""
TRAINED, TESTED = 300, 100
"""Points of such data."""


def points(parts: int) -> Callable[..., Any]:
    """Return a loader of points in a plane, in as many arrays: X (2, m) and Y (1, m) in turn."""

    def load(*_: Any, **__: Any) -> tuple[Any, ...]:
        random = np.random.default_rng(3)
        found: list[Any] = []
        for m in (TRAINED, TESTED)[: parts // 2]:
            X = random.normal(size=(2, m))
            found += [X, (np.hypot(*X) > 1).astype(int)[None]]
        return tuple(found)

    return load


def with_cache(f: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
    """Return z ↦ (f(z), z)."""
    return lambda z: (f(z), z)


def reporting(recorder: Any) -> dict[str, Any]:
    """Return the networks of the courses, rewritten so that they report to a recorder."""
    path = Path(course_networks.__file__)
    recorder.files.append(path.name)
    tree = instrumented(read_tree(path), len(recorder.files), numbers=recorder.numbers)
    namespace = {RECORDER: recorder, "__name__": course_networks.__name__}
    exec(compile(tree, str(path), "exec"), namespace)  # this is clearprop's own file
    return namespace


def helpers_of(module: str, loaders: Mapping[str, Any], recorder: Any = None) -> dict[str, Any]:
    """Return the functions that a course's module of this name has, by their names.

    Parameters
    ----------
    module : str
    loaders : mapping of str to callable
        Functions that make data up, by the names of those that load some.
    recorder : Recorder, optional
        What the functions are to report to.

    Examples
    --------
    >>> "forward_propagation" in helpers_of("init_utils", {}), helpers_of("numpy", {})
    (True, {})
    """
    if not HELPERS.search(module):
        return {}
    given = vars(course_networks) if recorder is None else reporting(recorder)
    own = {name: f for name, f in given.items() if inspect.isfunction(f)}
    data = {name: make for name, make in loaders.items() if name in DATA}
    if POINTS.search(module):
        is_whole = "opt" not in module.lower()
        data |= {"load_dataset": points(4 if is_whole else 2), "load_2D_dataset": points(4)}
    if not WITH_CACHE.search(module):
        return {**data, **own}
    if "load_dataset" in data:  # the same pictures under another name
        data["load_data"] = data["load_dataset"]
    return {**data, **own, **{name: with_cache(own[name]) for name in ("sigmoid", "relu")}}
