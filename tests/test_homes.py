"""The tests of a module stand in the file of its name."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ["data", "files", "fitting", "search", "training"]
ELSEWHERE = {
    "training/solvers/solver.py": "what all solvers share: test_every_solver.py",
}
"""Modules without such a file, and why."""


def modules(folder):
    """Return the paths of the modules of a folder, within the package."""
    package = ROOT / "src" / "clearprop"
    found = sorted((package / folder).rglob("*.py"))
    return [str(path.relative_to(package)) for path in found if path.name != "__init__.py"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_module_has_its_tests(folder):
    homeless = [
        module
        for module in modules(folder)
        if not (ROOT / "tests" / module).with_name(f"test_{Path(module).name}").exists()
    ]
    assert homeless == [module for module in ELSEWHERE if module.split("/")[0] == folder]
