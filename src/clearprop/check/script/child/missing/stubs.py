"""Modules that do nothing: of libraries that draw, and of those that are not installed."""

import importlib.abc
import importlib.machinery
import re
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np

from clearprop._text import Text
from clearprop.check.script.child.missing import tensors, torch_parts
from clearprop.check.script.child.missing.album import Album
from clearprop.check.script.child.missing.alternatives import MODULES, has_alternative
from clearprop.check.script.child.missing.animations import play
from clearprop.check.script.child.missing.course_helpers import helpers_of
from clearprop.check.script.child.missing.experiments import Experiments
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.instrument.reports import RECORDER

PICTURES = (
    "matplotlib", "pylab", "seaborn", "plotly", "bokeh", "mpl_toolkits", "cv2", "PIL", "IPython",
    "tkinter", "pygame", "imageio", "tqdm", "networkx", "wandb", "graphviz", "turtle", "numba",
)  # fmt: skip
"""Modules that draw, show, play or hasten."""
BARE = ("tqdm", "cv2", "PIL", "imageio", "wandb", "tkinter", "numba")
"""Those of them whose functions may hand back what they were given: bars, decorators, pictures."""


class MakesUp(Protocol):
    """What knows more than stubs, and says what was made up."""

    absent: list[Trouble]
    """Imports of modules that are not there."""
    album: Album
    """The pictures that are made up."""

    def say(self, en: str, zh: str) -> None:
        """Note what was made up, once."""

    def offered(self) -> dict[str, Callable[..., Any]]:
        """Return functions that are more than stubs, by their names."""
        ...

    def readers(self, module: str) -> dict[str, Callable[..., Any]]:
        """Return what a library that reads files or asks offers, by its name."""
        ...


class Bar:
    """A bar that shows progress, and does nothing but go through what it was given."""

    def __init__(self, over: Any = (), *_: Any, **__: Any) -> None:
        self.over = over

    def __iter__(self) -> Any:
        return iter(self.over)

    def __len__(self) -> int:
        return len(self.over)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: self


def trange(*given: int, **_: Any) -> Bar:
    """Return a bar over numbers."""
    return Bar(range(*given))


BARS: dict[str, Any] = {
    "tqdm": Bar, "trange": trange, "tqdm_notebook": Bar, "track": Bar, "prange": range,
}  # fmt: skip
"""Functions that show progress, by their names."""


DATA_FILE = re.compile(
    r"ubyte|idx[13]|\.(csv|tsv|txt|data?|np[yz]|mat|pkl|xlsx?)(\.gz)?$", re.IGNORECASE
)
"""Names of files that hold data."""


def is_data_file(given: Any) -> bool:
    """Return whether something is the name of a file of data."""
    return isinstance(given, str) and DATA_FILE.search(given) is not None


SHUFFLES = re.compile(r"shuffle|unison|permut", re.IGNORECASE)
"""Names of functions that hand arrays back in another order."""


def in_order(*given: Any, **settings: Any) -> Any:
    """Return the arrays that would be shuffled, as they are: one, or several.

    Examples
    --------
    >>> in_order([np.zeros(2), np.ones(2)], seed=3)
    (array([0., 0.]), array([1., 1.]))
    """
    arrays = []
    for each in (*given, *settings.values()):
        arrays += each if isinstance(each, list | tuple) else [each]
    arrays = [array for array in arrays if isinstance(array, np.ndarray)]
    if not arrays:
        return given[0] if given else Stub()
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


class Base:
    """What a class inherits where its base is not there: it is made of, and offers, anything."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take whatever is given."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Stub()


class Stub:
    """Something that can be asked for anything, and does nothing."""

    known: ClassVar[dict[str, Any]] = {}
    """Functions that are more than stubs, by their names."""
    reads: ClassVar[Callable[[str], Any] | None] = None
    """Makes up what a file of data holds."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Stub.known.get(name) or (in_order if SHUFFLES.search(name) else Stub())

    def __call__(self, *given: Any, **settings: Any) -> Any:
        """Return a stub, what is to be decorated or gone through, or data for a file's name."""
        files = [each for each in (*given, *settings.values()) if is_data_file(each)]
        if files and Stub.reads is not None:
            read = tuple(map(Stub.reads, files))
            return read[0] if len(read) == 1 else read
        if len(given) == 1 and isinstance(given[0], list):
            return Listed(given[0])
        if len(given) == 1 and (isinstance(given[0], type | range) or callable(given[0])):
            return given[0]  # a decorator, or a bar that shows progress
        return Stub()

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[type, ...]:
        return (Base,)

    def __instancecheck__(self, _: Any) -> bool:
        return False

    __subclasscheck__ = __instancecheck__

    def __getitem__(self, _: Any) -> Any:
        return Stub()

    def __setitem__(self, _: Any, __: Any) -> None:
        pass

    def __iter__(self) -> Any:
        return iter((Stub(), Stub()))

    def __len__(self) -> int:
        return 0

    def __array__(self, *_: Any, **__: Any) -> Any:
        return np.zeros(())

    def __bool__(self) -> bool:
        return True

    def __format__(self, _: str) -> str:
        return ""

    def __lt__(self, _: Any) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Listed(list[Any]):
    """What came of a list: a bar that goes through it, or a table with these headings."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(Stub(), name)


class Drawing(Stub):
    """What draws: it hands nothing back but more of its kind."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return DRAWING.get(name) or Drawing()

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Draw nothing."""
        return Drawing()

    def __getitem__(self, _: Any) -> Any:
        return Drawing()

    def __iter__(self) -> Any:
        return iter((Drawing(), Drawing()))


def animated(_: Any, draw: Callable[..., Any], frames: Any = None, *rest: Any, **more: Any) -> Any:
    """Draw some pictures of an animation, of a figure that is a stub."""
    if callable(draw):
        play(draw, frames, more.get("fargs", rest[1] if len(rest) > 1 else None))
    return Drawing()


DRAWING = {"FuncAnimation": animated}
"""What `matplotlib` offers that is more than a stub."""


class StubModule(types.ModuleType):
    """A module in which everything is a stub."""

    known: Mapping[str, Any] = types.MappingProxyType({})
    """Functions that are more than stubs, by their names."""
    kind: type[Stub] = Stub

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name in self.known:
            return self.known[name]
        shuffles = self.kind is Stub and SHUFFLES.search(name)
        return in_order if shuffles else self.kind()


class Loader(importlib.abc.Loader):
    """Makes modules of stubs."""

    def __init__(
        self,
        known: dict[str, Any],
        exported: Sequence[str] = (),
        kind: type[Stub] = Stub,
        recorder: Any = None,
    ) -> None:
        self.known, self.exported, self.kind, self.recorder = known, exported, kind, recorder

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return a module of stubs."""
        module = StubModule(spec.name)
        module.__dict__.update(known=self.known, kind=self.kind)
        module.__path__ = []
        module.__dict__["__all__"] = list(self.exported)
        if self.exported and self.recorder is not None:  # it is made anew for every run
            module.__dict__[RECORDER] = self.recorder
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing has to be run."""


def may_lack_parts(package: types.ModuleType | None) -> bool:
    """Return whether a part of a package may have a stub.

    It may of stubs, of one shared by many (``google`` has no file), and of the program's own, a
    part of which may have to be compiled.
    """
    return isinstance(package, StubModule) or (
        package is not None
        and (getattr(package, "__file__", None) is None or RECORDER in vars(package))
    )


def asked_by_program() -> bool:
    """Return whether it is the program that imports or opens something, and not a library."""
    frame = sys._getframe(1)
    while frame is not None:
        if "importlib" not in frame.f_code.co_filename and not is_ours(frame):
            return RECORDER in frame.f_globals
        frame = frame.f_back
    return False


def is_ours(frame: types.FrameType) -> bool:
    """Return whether what runs is code of the checker itself."""
    return frame.f_globals.get("__name__", "").startswith("clearprop.check.script")


def importing_frame() -> types.FrameType:
    """Return the frame of the program that imports something."""
    frame = sys._getframe(1)
    while frame.f_back is not None and RECORDER not in frame.f_globals:
        frame = frame.f_back
    return frame


def no_module(name: str, line: int) -> Trouble:
    """Return what Python says of a module that is not there."""
    said = f"No module named {name!r}"
    return Trouble(line, "ModuleNotFoundError", Text(said, said))


class Pictures(importlib.abc.MetaPathFinder):
    """Finds a stub for every module that draws."""

    def __init__(self, made_up: MakesUp) -> None:
        self.made_up = made_up

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the place of a stub."""
        if fullname.partition(".")[0] not in PICTURES or not asked_by_program():
            return None
        root = fullname.partition(".")[0]
        known = {**BARS, **self.made_up.album.offered(root)}
        if root == "wandb":
            known.update(Experiments().offered())
        elif root == "matplotlib":
            known.update(DRAWING)
        loader = Loader(known, kind=Stub if root in BARE else Drawing)
        return importlib.machinery.ModuleSpec(fullname, loader, is_package=True)


class Tensors(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the stand-in for PyTorch."""

    def __init__(self, made_up: MakesUp) -> None:
        self.made_up = made_up

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the place of the stand-in."""
        if fullname.partition(".")[0] != "torch" or not asked_by_program():
            return None
        self.made_up.say(*tensors.NOTE)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return the stand-in, of PyTorch or of one of its parts."""
        if spec.name != "torch":
            return torch_parts.package(spec.name)
        made = tensors.module()
        parts = {name: torch_parts.package(f"torch.{name}") for name in torch_parts.PACKAGES}
        vars(made).update(parts)
        return made

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing has to be run."""


class Missing(importlib.abc.MetaPathFinder):
    """Finds a stub for every module that is not installed."""

    def __init__(self, made_up: MakesUp) -> None:
        self.made_up = made_up

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the place of a stub; parts of installed packages stay missing."""
        root = fullname.partition(".")[0]
        if root != fullname and not may_lack_parts(sys.modules.get(root)):
            return None
        is_own = RECORDER in vars(sys.modules.get(root, types))
        if root == "clearprop" or root.startswith("_") or not asked_by_program():
            return None
        if has_alternative(MODULES):
            return None
        own, known = self.made_up.readers(root), self.made_up.offered()
        recorder = importing_frame().f_globals[RECORDER]
        helpers = helpers_of(fullname, known, recorder)
        if (root == fullname or is_own) and not own:
            self.tell(fullname if is_own else root, does_nothing=not helpers)
        loader = Loader({**known, **own, **helpers}, list(helpers), recorder=recorder)
        return importlib.machinery.ModuleSpec(fullname, loader, is_package=True)

    def tell(self, absent: str, *, does_nothing: bool) -> None:
        """Note that a module is not there."""
        if does_nothing:
            self.made_up.say(
                f"{absent} is not installed: what it offers does nothing.",
                f"没有安装 {absent}：它提供的功能不起作用。",
            )
        else:
            self.made_up.say(
                f"{absent} is not there: functions such as the course hands out stand in for it.",
                f"没有 {absent}：用课程通常提供的函数代替。",
            )
        self.made_up.absent.append(no_module(absent, importing_frame().f_lineno))
