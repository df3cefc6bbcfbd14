"""A stand-in for CuPy, whose arrays are those of NumPy on a graphics card: NumPy itself."""

import importlib.abc
import importlib.machinery
import types
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from clearprop.check.script.child.missing.alternatives import MODULES, has_alternative
from clearprop.check.script.child.missing.stubs import Stub, asked_by_program

NOTE = ("CuPy's arrays were NumPy arrays here.", "这里用 NumPy 数组代替 CuPy 的数组。")


class MakesUp(Protocol):
    """What says what was made up."""

    def say(self, en: str, zh: str) -> None:
        """Note what was made up, once."""


class ArraysOnCards(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the stand-in for CuPy."""

    def __init__(self, made_up: MakesUp) -> None:
        self.made_up = made_up

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the place of the stand-in."""
        if fullname != "cupy" or not asked_by_program() or has_alternative(MODULES):
            return None
        self.made_up.say(*NOTE)
        return importlib.machinery.ModuleSpec(fullname, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return NumPy under another name, and what only CuPy offers."""
        made = types.ModuleType(spec.name)
        vars(made).update({name: held for name, held in vars(np).items() if name[:2] != "__"})
        vars(made).update(asnumpy=np.asarray, get_array_module=lambda *_: np, cuda=Stub())
        return made

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing has to be run."""
