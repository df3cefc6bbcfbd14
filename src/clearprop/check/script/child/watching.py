"""Run a program as it stands for a moment, and watch what it computes."""

import ast
import contextlib
import dataclasses
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import re
import signal
import sys
import time
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.arrays.steps import MAX_STEPS, Steps
from clearprop.check.script.child.driving import Driver
from clearprop.check.script.child.madeup import ROWS, MadeUp
from clearprop.check.script.child.recording import EnoughError, Recorder
from clearprop.check.script.child.scalars.recording import ScalarRecorder
from clearprop.check.script.child.scalars.steps import ScalarSteps
from clearprop.check.script.child.stubs import Stub
from clearprop.check.script.child.trouble import line_in, trouble_of
from clearprop.check.script.child.users import USED_BY, users
from clearprop.check.script.messages import ObservedStep, Trouble, Watched
from clearprop.check.script.source.instrument import RECORDER, instrumented
from clearprop.check.script.source.syntax import is_python_2, read_tree

PATIENCE = 4
"""Looks after which gradients are enough, although no weights have changed yet."""
MAX_STEP_NUMBERS = 1_200_000
"""Numbers of all steps that are told of: a message has bounds."""
ARRAYS, NUMBERS, DRIVEN_SECONDS = 3.0, 2.0, 2.0
"""Of processor time: for the program itself, again for its single numbers, and for its parts."""
FOR_IMPORTS = 3.0
"""Of processor time, beyond these, for the libraries that a program imports."""
TOTAL = 7.0
"""Of processor time, for all of that."""


def watch(path: str, tree: ast.Module, folder: str) -> Watched:
    """Run a program until it has trained for a few steps, and return what was seen.

    Its arrays are watched first, and its single numbers where no array learns.

    Parameters
    ----------
    path : str
        Named in tracebacks; modules beside it are rewritten and watched as well.
    tree : ast.Module
        The program.
    folder : str
        Modules in it are the program's own.
    """
    until = time.process_time() + TOTAL
    made_up = MadeUp()
    made_up.arrange()
    recorder, scalars = Recorder(ARRAYS), ScalarRecorder(NUMBERS)
    arrays = Watching(path, folder, made_up, recorder, lambda: Steps(recorder.trace))
    seen = arrays.all_of_it(tree, ARRAYS)
    if seen.steps:
        return seen
    single = Watching(path, folder, made_up, scalars, lambda: ScalarSteps(scalars))
    looks = [lambda: arrays.parts_of_it(tree)]
    if not recorder.products:
        looks.insert(0, lambda: used(Path(path), folder, made_up))
    if not recorder.trace.has_matrices:
        looks.insert(0, lambda: single.all_of_it(read_tree(Path(path)), NUMBERS))
        looks.append(lambda: single.parts_of_it(tree))
    for look in looks:
        if time.process_time() > until:
            break
        found = look()
        if found is not None and found.steps:
            return found
    return seen


def used(module: Path, folder: str, made_up: MadeUp) -> Watched | None:
    """Return what is seen of a program that imports a module; None where none of them trains."""
    until = time.process_time() + ARRAYS
    for path in users(module, Path(folder)):
        left = until - time.process_time()
        if left < 0:
            break
        recorder = Recorder(left)
        recorder.files.append(os.path.relpath(path, folder))
        reader = functools.partial(steps_of, recorder)
        watching = Watching(str(path), folder, made_up, recorder, reader)
        seen = watching.all_of_it(read_tree(path), left)
        if seen.steps and str(module.relative_to(folder)) in seen.files:
            note = USED_BY.filled(name=path.name)
            return dataclasses.replace(seen, made_up=(*seen.made_up, note))
    return None


def steps_of(recorder: Recorder) -> Steps:
    """Return the steps in what was recorded so far."""
    return Steps(recorder.trace)


class Watching:
    """One way to watch a program: by its arrays, or by its single numbers.

    Parameters
    ----------
    path, folder : str
        As for `watch`.
    made_up : MadeUp
        What stands in for things that are missing.
    recorder : Recorder
    reader : callable
        Returns the steps of what was recorded so far.
    """

    def __init__(
        self,
        path: str,
        folder: str,
        made_up: MadeUp,
        recorder: Recorder,
        reader: Callable[[], Steps | ScalarSteps],
    ) -> None:
        self.path, self.folder, self.made_up = path, folder, made_up
        self.recorder, self.reader = recorder, reader
        self.namespace: dict[str, Any] = {}
        self.is_old = is_python_2(Path(path))
        self.finished = False
        self.looks = 0
        recorder.has_seen_enough = self.has_seen_enough

    def has_seen_enough(self) -> bool:
        """Return whether the training was seen, or nothing but gradients for a long time."""
        self.looks += 1
        steps = self.reader().find()
        only_gradients = bool(steps) and steps[0].by_hand and self.looks >= PATIENCE
        return len(steps) >= MAX_STEPS or only_gradients

    @contextlib.contextmanager
    def quietly(self, seconds: float) -> Iterator[None]:
        """Let the program run for so long, without warnings, and watch its modules too."""
        self.recorder.start_again(seconds)
        self.looks = 0
        self.recorder.loaders, self.recorder.stub = self.made_up.loaders(), Stub
        self.recorder.data_for = self.made_up.data_for
        own = own_modules(self.path, self.folder, self.recorder)
        with warnings.catch_warnings(), np.errstate(all="ignore"), own:
            warnings.simplefilter("ignore")
            np.random.seed(1)
            random.seed(1)
            self.finished = False
            with contextlib.suppress(EnoughError), interrupted_after(seconds + FOR_IMPORTS):
                yield
                self.finished = True

    def all_of_it(self, tree: ast.Module, seconds: float) -> Watched:
        """Run the program as it stands."""
        trouble = None
        with self.quietly(seconds):
            trouble = self.run(tree)
        for rows in ROWS[1:]:
            if not self.is_short_of_data(trouble):
                break
            self.made_up.rows, trouble = rows, None
            with self.quietly(seconds):
                trouble = self.run(read_tree(Path(self.path)))
        kind = "" if trouble is None else trouble.kind
        if trouble is not None and expects_lists(trouble) and not self.reader().find():
            self.is_old, trouble = True, None
            with self.quietly(seconds):
                trouble = self.run(read_tree(Path(self.path)))
        if kind == "SystemExit" and not self.reader().find():  # for want of a file, perhaps
            self.made_up.pretends, trouble = True, None
            with self.quietly(seconds):
                trouble = self.run(read_tree(Path(self.path)))
        return self.watched(trouble, self.made_up.notes)

    def is_short_of_data(self, trouble: Trouble | None) -> bool:
        """Return whether more made-up rows may help: what it holds back leaves nothing to train."""
        kind = "" if trouble is None else trouble.kind
        stopped = kind in ("IndexError", "ValueError", "ZeroDivisionError")
        multiplied = any(each.name == "@" for each in self.recorder.trace.operations)
        emptied = self.recorder.products > 0 and not multiplied
        return (stopped or emptied) and bool(self.made_up.notes) and not self.reader().find()

    def parts_of_it(self, tree: ast.Module) -> Watched | None:
        """Let the program's own functions train; None where nothing trains."""
        until = time.process_time() + DRIVEN_SECONDS
        for note, call in Driver(self.namespace, tree).calls():
            left = until - time.process_time()
            if left < 0:
                return None
            trouble = None
            with self.quietly(min(left, DRIVEN_SECONDS / 2)):
                try:
                    call()
                except Exception as error:
                    trouble = trouble_of(error, 0)
            seen = self.watched(trouble, (*self.made_up.notes, note))
            if seen.steps:
                return seen
        return None

    def run(self, tree: ast.Module) -> Trouble | None:
        """Run the program, rewritten, and return what failed first."""
        forget_own_modules()
        self.namespace = {}
        self.recorder.divides_whole = is_python_2(Path(self.path))
        self.namespace.update(of_python_2() if self.is_old else {})
        return run(tree, self.path, self.folder, self.recorder, self.namespace)

    def watched(self, trouble: Trouble | None, made_up: Sequence[Text]) -> Watched:
        """Return what the recorder holds, cut down to a few steps of training."""
        steps = self.reader()
        seen = steps.find()
        if not self.finished:  # it was stopped, perhaps in the middle of a step
            seen = [step for step in seen if step.by_hand or is_whole(step)]
        found = tuple(that_fit(seen))
        return Watched(
            steps=found,
            changes=len(steps.updates),
            products=sum(each.name == "@" for each in self.recorder.trace.operations),
            trouble=trouble,
            made_up=tuple(made_up),
            files=tuple(self.recorder.files),
            finished=self.finished,
        )


def run(
    tree: ast.Module, path: str, folder: str, recorder: Recorder, namespace: dict[str, Any]
) -> Trouble | None:
    """Run a program, statement by statement, and return what failed first.

    What fails is left out: a picture that cannot be drawn stops no training.
    """
    given = {"__file__": path, RECORDER: recorder, "get_ipython": lambda: None}
    namespace.update(vars(types.ModuleType("__main__")))
    namespace.update(given)
    if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree)):
        inner = os.path.relpath(os.path.dirname(path), folder)
        namespace["__package__"] = inner.replace(os.sep, ".").strip(".")
    main = types.ModuleType("__main__")
    main.__dict__.update(namespace)
    sys.modules["__main__"] = main
    troubles = []
    inside = os.path.relpath(path, folder)
    own = recorder.files.index(inside) + 1 if inside in recorder.files else 0
    for statement in instrumented(tree, own, numbers=recorder.numbers).body:
        code = compile(ast.Module([statement], []), path, "exec")
        began = time.process_time()
        try:
            exec(code, namespace)  # this is the limited process made for it
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            troubles.append(trouble_of(error, line_in(error, path)))
            if isinstance(error, SystemExit | MemoryError):
                break
        if imports(statement):  # libraries take what they take
            recorder.until += time.process_time() - began
    return troubles[0] if troubles else None


def imports(statement: ast.stmt) -> bool:
    """Return whether a statement imports something, perhaps with a way out where that fails."""
    first = statement.body[0] if isinstance(statement, ast.Try) else statement
    return isinstance(first, ast.Import | ast.ImportFrom)


def expects_lists(trouble: Trouble) -> bool:
    """Return whether a program takes ``map`` and its like for lists, as they were in Python 2."""
    return (
        re.search(r"'(map|filter|zip|range|reduce|xrange|unicode)'", trouble.message.en) is not None
    )


def of_python_2() -> dict[str, Any]:
    """Return what Python 2 has under other names, or as lists."""
    return {
        "xrange": range,
        "raw_input": input,
        "unicode": str,
        "long": int,
        "range": lambda *given: list(range(*given)),
        "zip": lambda *given: list(zip(*given, strict=False)),
        "map": lambda *given: list(map(*given)),
        "filter": lambda *given: list(filter(*given)),
        "reduce": functools.reduce,
    }


def is_whole(step: ObservedStep) -> bool:
    """Return whether a step changed the weights of every layer."""
    weights = [layer.weights for layer in step.layers]
    return all(each.after is None or (each.after != each.before).any() for each in weights)


def that_fit(steps: Sequence[ObservedStep]) -> Sequence[ObservedStep]:
    """Return as many of the steps as a message holds."""
    kept, left = [], MAX_STEP_NUMBERS
    for step in steps:
        left -= numbers_in(step)
        if kept and left < 0:
            break
        kept.append(step)
    return kept


def numbers_in(value: Any) -> int:
    """Return how many numbers the arrays in a message hold."""
    if isinstance(value, np.ndarray):
        return value.size
    if dataclasses.is_dataclass(value):
        return sum(numbers_in(getattr(value, each.name)) for each in dataclasses.fields(value))
    return sum(map(numbers_in, value)) if isinstance(value, tuple) else 0


def forget_own_modules() -> None:
    """Let the program's own modules be imported anew."""
    own = [name for name, module in sys.modules.items() if RECORDER in vars(module)]
    for name in own:
        del sys.modules[name]


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """End what computes for longer, where the system has an alarm clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def enough(*_: object) -> None:
        raise EnoughError

    before = signal.signal(signal.SIGVTALRM, enough)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class OwnModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules that lie beside a program, and rewrites them as well."""

    def __init__(self, folder: str, recorder: Recorder) -> None:
        self.folder, self.recorder = os.path.realpath(folder), recorder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where a module is, if it lies in the program's folder."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None and path is None:
            spec = self.anywhere(fullname)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        if not os.path.realpath(spec.origin).startswith(self.folder + os.sep):
            return None
        spec.loader = self
        return spec

    def anywhere(self, name: str) -> importlib.machinery.ModuleSpec | None:
        """Return where a module lies in a folder inside; some editors make all of them known."""
        found = sorted(Path(self.folder).rglob(f"{name}.py"), key=lambda file: len(file.parts))
        return importlib.util.spec_from_file_location(name, found[0]) if found else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Leave that to Python."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module, rewritten."""
        path = str(module.__file__)
        module.__dict__[RECORDER] = self.recorder
        if is_python_2(Path(path)):
            module.__dict__.update(of_python_2())
        self.recorder.files.append(os.path.relpath(path, self.folder))
        files = len(self.recorder.files)
        tree = instrumented(read_tree(Path(path)), files, numbers=self.recorder.numbers)
        exec(compile(tree, path, "exec"), module.__dict__)


@contextlib.contextmanager
def own_modules(path: str, folder: str, recorder: Recorder) -> Iterator[None]:
    """Watch the modules of a program too."""
    finder = OwnModules(folder, recorder)
    around = [os.path.dirname(path)]
    while around[-1] != folder and around[-1].startswith(folder):
        around.append(os.path.dirname(around[-1]))
    sys.path[:] = [*(p for p in sys.path if p not in around), *around]
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
