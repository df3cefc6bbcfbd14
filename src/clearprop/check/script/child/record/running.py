"""Run a program and its own modules, rewritten so that they report what they compute."""

import ast
import builtins
import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clearprop.check.script.child.compiling import compiled
from clearprop.check.script.child.missing.stubs import Stub, importing_frame
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.bracketed import with_brackets
from clearprop.check.script.source.fewer import with_fewer
from clearprop.check.script.source.instrument.program import instrumented
from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.syntax import is_python_2, read_tree
from clearprop.check.script.source.whole_numbers import with_points


def run(
    tree: ast.Module, path: str, folder: str, recorder: Recorder, namespace: dict[str, Any]
) -> Trouble | None:
    """Run a program, statement by statement, and return what failed first.

    What fails is left out: a picture that cannot be drawn stops no training.
    """
    given = {"__file__": path, RECORDER: recorder, "get_ipython": Stub}
    namespace.update(vars(types.ModuleType("__main__")))
    namespace.update(given)
    if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree)):
        inner = os.path.relpath(os.path.dirname(path), folder)
        namespace["__package__"] = inner.replace(os.sep, ".").strip(".")
    sys.modules["__main__"] = Main(namespace)
    recorder.again = False
    troubles = recorder.inside = []
    recorder.lacking = None
    inside = os.path.relpath(path, folder)
    own = recorder.files.index(inside) + 1 if inside in recorder.files else 0
    statements = rewritten(tree, own, recorder).body
    for statement in statements:
        code = compiled(statement, path)
        began = time.process_time()
        recorder.goes_on()
        recorder.statement = statement.lineno
        try:
            exec(code, namespace)  # this is the limited process made for it
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            troubles.append(trouble_of(error, line_in(error, path)))
            tell_of_lack(recorder, statement, statements, troubles[-1])
            recorder.again = recorder.fits_better(troubles[-1])
            if recorder.again or isinstance(error, SystemExit | MemoryError):
                break
        if recorder.enough:  # something caught that, such as a test runner
            raise EnoughError
        if imports(statement):  # libraries take what they take
            recorder.until += time.process_time() - began
    return troubles[0] if troubles else None


def tell_of_lack(
    recorder: Recorder, statement: ast.stmt, others: Sequence[ast.stmt], trouble: Trouble
) -> None:
    """Note that a name which others read has no value, or an older one, as a statement failed."""
    if recorder.products or recorder.lacking is not None:
        return
    assigned = (ast.Assign, ast.AnnAssign, ast.AugAssign)
    if not any(isinstance(node, assigned) for node in ast.walk(statement)):
        return
    stored = names_in(statement, ast.Store)
    elsewhere = [other for other in others if other.lineno != statement.lineno]
    if any(stored & names_in(other, ast.Load) for other in elsewhere):
        recorder.lacking = trouble


def names_in(statement: ast.stmt, used: type[ast.expr_context]) -> set[str]:
    """Return the names that a statement reads, or those that it gives a value."""
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, used)}


class Main(types.ModuleType):
    """The program as a module: what it defines is found there, by pickle, or by unittest."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        super().__init__("__main__")
        self.__dict__.update(namespace)
        self.__dict__["held"] = namespace

    def __getattr__(self, name: str) -> Any:
        if name not in self.__dict__["held"]:
            raise AttributeError(name)
        return self.__dict__["held"][name]

    def __dir__(self) -> list[str]:
        return list(self.__dict__["held"])


def define(tree: ast.Module, path: str, recorder: Recorder, namespace: dict[str, Any]) -> None:
    """Define what a program that was stopped had not come to yet: its functions and classes."""
    for statement in rewritten(tree, 0, recorder).body:
        if (
            isinstance(statement, ast.FunctionDef | ast.ClassDef)
            and statement.name not in namespace
        ):
            with contextlib.suppress(Exception):
                exec(compiled(statement, path), namespace)


def rewritten(tree: ast.Module, file: int, recorder: Recorder) -> ast.Module:
    """Return a program, or a module, as it reports to a recorder."""
    tree = with_fewer(tree, recorder.counts) if recorder.fewer else tree
    tree = with_points(tree) if recorder.numbers else tree
    return instrumented(
        with_brackets(tree), file, numbers=recorder.numbers, lenient=recorder.lenient
    )


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
        "file": lambda *given, **settings: builtins.open(*given, **settings),
        "unicode": str,
        "basestring": str,
        "unichr": chr,
        "long": int,
        "range": lambda *given: list(range(*given)),
        "zip": lambda *given: list(zip(*given, strict=False)),
        "map": lambda *given: list(map(*given)),
        "filter": lambda *given: list(filter(*given)),
        "reduce": functools.reduce,
    }


def forget_own_modules() -> None:
    """Let the program's own modules be imported anew."""
    own = {name for name, module in sys.modules.items() if RECORDER in vars(module)}
    around = {name.rpartition(".")[0] for name in own}  # a folder keeps what was imported from it
    own |= {name for name in around if getattr(sys.modules.get(name), "__file__", "") is None}
    for name in own:
        del sys.modules[name]


def own_globals(recorder: Recorder) -> list[dict[str, Any]]:
    """Return the globals of the program's modules that report to a recorder."""
    known = [vars(module) for name, module in list(sys.modules.items()) if name != "__main__"]
    return [names for names in known if names.get(RECORDER) is recorder]


class OwnModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules that lie beside a program, and rewrites them as well."""

    def __init__(self, folder: str, recorder: Recorder) -> None:
        self.folder, self.recorder = os.path.realpath(folder), recorder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where a module is, if it lies in the program's folder."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None:
            inside = [self.folder] if path is None else path
            spec = self.anywhere(fullname) if path is None else None
            spec = spec or self.spelled_otherwise(fullname, inside)
            if spec is None and (folders := self.with_modules_of(fullname)):
                spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
                spec.submodule_search_locations = folders
                return spec
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        if not os.path.realpath(spec.origin).startswith(self.folder + os.sep):
            return None
        spec.loader = self
        return spec

    def anywhere(self, name: str) -> importlib.machinery.ModuleSpec | None:
        """Return where a module or package lies in a folder inside, as editors find it."""
        inside = Path(self.folder)
        for file in sorted(inside.rglob(f"{name}.py"), key=lambda file: len(file.parts)):
            return importlib.util.spec_from_file_location(name, file)
        for file in sorted(inside.rglob(f"{name}/__init__.py"), key=lambda file: len(file.parts)):
            folders = [str(file.parent)]
            return importlib.util.spec_from_file_location(
                name, file, submodule_search_locations=folders
            )
        return None

    def with_modules_of(self, name: str) -> list[str]:
        """Return the folders where modules of a package lie that is not here, most of them first.

        ``from cs231n.layers import …`` means ``layers.py``, a course's own mostly, where there is
        no folder ``cs231n``; the package itself may have another name here.
        """
        modules = [file for file in Path(self.folder).rglob("*.py") if file.is_file()]
        of_package = re.compile(rf"^\s*(?:from|import)\s+{re.escape(name)}\.([\w.]+)", re.MULTILINE)
        wanted = {
            last
            for file in modules
            for path in of_package.findall(file.read_text("utf-8", "replace"))
            for last in path.split(".")
        }
        found = Counter(str(file.parent) for file in modules if file.stem in wanted)
        return [folder for folder, _ in found.most_common()]

    def spelled_otherwise(
        self, fullname: str, folders: Sequence[str]
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where a module lies whose file is ``Layer.py`` where ``layer`` is imported."""
        wanted = f"{fullname.rpartition('.')[2]}.py".lower()
        for folder in folders:
            with contextlib.suppress(OSError):
                for file in sorted(Path(folder).iterdir()):
                    if file.name.lower() == wanted:
                        return importlib.util.spec_from_file_location(fullname, file)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Leave that to Python."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module, rewritten."""
        path = str(module.__file__)
        module.__dict__[RECORDER] = self.recorder
        if self.recorder.divides_whole or is_python_2(Path(path)):
            module.__dict__.update(of_python_2())
        self.recorder.files.append(os.path.relpath(path, self.folder))
        files = len(self.recorder.files)
        tree = rewritten(read_tree(Path(path)), files, self.recorder)
        for statement in tree.body:
            self.execute(statement, tree.body, path, module.__dict__)

    def execute(
        self,
        statement: ast.stmt,
        statements: Sequence[ast.stmt],
        path: str,
        namespace: dict[str, Any],
    ) -> None:
        """Run a statement of a module; one that fails is left out, as in the program itself."""
        try:
            exec(compiled(statement, path), namespace)
        except ImportError:  # the program may know another module
            raise
        except Exception as error:
            trouble = trouble_of(error, importing_frame().f_lineno)
            self.recorder.inside.append(trouble)
            tell_of_lack(self.recorder, statement, statements, trouble)
            if self.recorder.fits_better(trouble):
                self.recorder.again = True
                raise EnoughError from error


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
