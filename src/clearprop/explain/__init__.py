"""Derivations: any gradient with symbols, shapes and numbers.

`clearprop.explain` is both this package and the function in it: importing a package binds its
name in its parent, which would hide a function of the same name, so the package is callable.
"""

import inspect
import sys
from types import ModuleType
from typing import Any

from clearprop.explain.derivation import Derivation as Derivation
from clearprop.explain.derivation import Section as Section
from clearprop.explain.derivation import Step as Step
from clearprop.explain.derivation import Table as Table
from clearprop.explain.explaining import explain as explain
from clearprop.explain.graph import Graph as Graph
from clearprop.explain.graph import graph as graph
from clearprop.explain.style import Style as Style


class _CallablePackage(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Derivation:
        return explain(*arguments, **options)


_package = sys.modules[__name__]
_package.__class__ = _CallablePackage
_package.__signature__ = inspect.signature(explain)  # type: ignore[attr-defined]
