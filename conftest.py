"""Run what the documentation shows: Python blocks of the pages, examples in docstrings.

``--without-numba`` runs the tests as if Numba were not installed.
"""

import gc
import os
import re
import sys
import tempfile
from collections.abc import Generator
from doctest import ELLIPSIS
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser


def enter_folder(namespace: dict[str, Any]) -> None:
    """Give a page a folder of its own to write to."""
    namespace["_folder"], namespace["_before"] = tempfile.TemporaryDirectory(), os.getcwd()
    os.chdir(namespace["_folder"].name)


def leave_folder(namespace: dict[str, Any]) -> None:
    """Remove that folder."""
    os.chdir(namespace["_before"])
    namespace["_folder"].cleanup()


pages = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)],
    patterns=["README.md", "CONTRIBUTING.md", "docs/*.md"],
    excludes=["*.zh-CN.md"],  # their code is that of the English pages: tests/docs/test_pages.py
    setup=enter_folder,
    teardown=leave_folder,
)
docstrings = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    path="src",
    patterns=["*.py"],  # at any depth
    document_types={".py": PythonDocStringDocument},
)
collect_examples = (pages + docstrings).pytest()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect examples; most modules of the package have none, and parsing them would take long."""
    if file_path.suffix == ".py" and b">>>" not in file_path.read_bytes():
        return None
    return collect_examples(file_path, parent)


# several workers share the cores already: threads of BLAS would spin beside them
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HIDING = Path(__file__).parent / "tests" / "without_numba"
OF_COMPILED_CODE = [Path(__file__).parent / "tests" / "engine"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    text = "make `import numba` fail, so that every network runs on the reference engine"
    parser.addoption("--without-numba", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Hide Numba from this process and from those that tests start."""
    if not config.getoption("--without-numba"):
        return
    assert "numba" not in sys.modules
    sys.path.insert(0, str(HIDING))
    paths = [str(HIDING), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    of_installed = metadata.version

    def version(name: str) -> str:
        if name == "numba":
            raise metadata.PackageNotFoundError(name)
        return of_installed(name)

    metadata.version = version
    # what the option is for is no reason to warn
    expected = "ignore:.*clearprop runs on its reference engine:RuntimeWarning"
    config.addinivalue_line("filterwarnings", expected)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of compiled code where there is none."""
    return (
        True
        if config.getoption("--without-numba") and collection_path in OF_COMPILED_CODE
        else None
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave the tests to themselves: ten thousand of them are no garbage, and dear to search."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(10_000)  # as the program sets it for itself


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot be asked, and let workers begin with the files that take longest."""
    if config.getoption("--without-numba"):
        named = re.compile(r"[\[-]compiled[\]-]")  # cases that ask for compiled code by name
        asks = [item for item in items if named.search(item.name)]
        config.hook.pytest_deselected(items=asks)
        items[:] = [item for item in items if item not in asks]
    if hasattr(config, "workerinput"):  # else one of them is left alone with the last file
        items.sort(key=_when_it_begins)


def _when_it_begins(item: pytest.Item) -> tuple[bool, bool]:
    """Order files: long ones first, and of these those that compile what others load."""
    return item.get_closest_marker("long") is None, item.path.parent not in OF_COMPILED_CODE
