"""Packages say what they export, and no export hides a module of its package."""

import importlib
import pkgutil
import subprocess
import sys
from types import FunctionType

import pytest

PACKAGES = [
    "clearprop",
    "clearprop.activations",
    "clearprop.check",
    "clearprop.check.grading",
    "clearprop.check.script",
    "clearprop.data",
    "clearprop.derivation",
    "clearprop.derivation.expression",
    "clearprop.derivation.graphs",
    "clearprop.derivation.operations",
    "clearprop.derivation.printers",
    "clearprop.derivation.topics",
    "clearprop.diagnostics",
    "clearprop.estimators",
    "clearprop.export",
    "clearprop.files",
    "clearprop.fitting",
    "clearprop.imports",
    "clearprop.imports.hdf5",
    "clearprop.losses",
    "clearprop.network",
    "clearprop.playing",
    "clearprop.plots",
    "clearprop.report",
    "clearprop.report.sections",
    "clearprop.search",
    "clearprop.sensitivity",
    "clearprop.series",
    "clearprop.streaming",
    "clearprop.teach",
    "clearprop.teach.forms",
    "clearprop.teach.questions",
    "clearprop.teach.slips",
    "clearprop.training",
    "clearprop.training.solvers",
    "clearprop.updates",
]
EXPORT_NOTHING = {"clearprop.derivation.graphs", "clearprop.derivation.topics"}
"""Packages whose modules are imported one by one."""


@pytest.mark.parametrize("name", PACKAGES)
def test_every_export_is_there(name):
    package = importlib.import_module(name)
    exported = getattr(package, "__all__", [])
    assert bool(exported) == (name not in EXPORT_NOTHING)
    assert all(hasattr(package, one) for one in exported)
    assert len(set(exported)) == len(exported)


@pytest.mark.parametrize("name", PACKAGES)
def test_no_function_hides_a_module_of_its_name(name):
    package = importlib.import_module(name)
    modules = {entry.name for entry in pkgutil.iter_modules(getattr(package, "__path__", []))}
    functions = {one for one, thing in vars(package).items() if isinstance(thing, FunctionType)}
    assert not modules & functions


def test_packages_need_no_import_of_their_own():
    code = "import clearprop as cp; print(cp.training.fit_scaling.__name__, hasattr(cp, 'nothing'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "fit_scaling False\n"
