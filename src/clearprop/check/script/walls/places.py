"""The files that a limited process may see: the interpreter, the libraries, and its own folder."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import clearprop


class Place(NamedTuple):
    """The folders inside bubblewrap."""

    folder: str
    lent: str


PLACE = Place("/check", "/lent")
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/lib32",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/fonts",
    "/sys/devices/system/cpu",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def library_folders() -> list[str]:
    """Return where a child finds clearprop and the libraries that the parent has."""
    own = str(Path(clearprop.__path__[0]).parent)
    return [own, *(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))]


START = """import sys, types
class Package(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__") or "__file__" in vars(self):
            raise AttributeError(name)
        self.__file__ = self.__path__[0] + "/__init__.py"
        with open(self.__file__, encoding="utf-8") as text:
            exec(compile(text.read(), self.__file__, "exec"), vars(self))
        return getattr(self, name)
sys.path[:0] = {path!r}
for name in {packages!r}:
    sys.modules[name] = Package(name)
    sys.modules[name].__path__ = [sys.path[0] + "/" + name.replace(".", "/")]
from {module} import main
main()"""
"""Starts a limited process. It needs a few modules of clearprop, and not all that the packages
around them import: that is left until somebody asks for it, and with it most of the time of the
start."""
PACKAGES = ("clearprop", "clearprop.check", "clearprop.check.script")


def start_of(module: str) -> list[str]:
    """Return the command that starts the `main` of a module in a process of its own."""
    code = START.format(path=library_folders(), packages=PACKAGES, module=module)
    return [sys.executable, "-I", "-B", "-c", code]


def readable_places() -> list[str]:
    """Return what a limited process must read, without what lies in another of these folders.

    Of the folder that holds clearprop, clearprop alone: it may be the source of a project.
    """
    packages = [path for path in library_folders()[1:] if os.path.isdir(path)]
    own = os.path.abspath(clearprop.__path__[0])
    interpreter = (sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(sys.executable))
    places = [*SYSTEM, *interpreter, *packages, own]
    return without_inner(path for path in places if path != "/" and os.path.exists(path))


def without_inner(paths: Iterable[str]) -> list[str]:
    """Return the outermost of these folders, each once, in a fixed order.

    Examples
    --------
    >>> without_inner(["/usr/lib", "/usr", "/lib"])
    ['/lib', '/usr']
    """
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(outer.rstrip("/") + "/") for outer in kept):
            kept.append(path)
    return kept
