"""Examples are run as a reader runs them, and their functions are asked as well."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import matplotlib
import pytest
from matplotlib import pyplot

EXAMPLES = Path(__file__).parents[2] / "examples"


def module_of(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def example(request: pytest.FixtureRequest) -> ModuleType:
    """The example that the test file is about: test_xor.py is about xor.py."""
    return module_of(request.path.stem.removeprefix("test_"))


@pytest.fixture
def printed(example: ModuleType, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the example prints when it is run with these arguments."""

    def run(*arguments: object) -> str:
        example.main(*arguments)
        return capsys.readouterr().out

    return run


@pytest.fixture(autouse=True)
def draw_without_a_screen() -> Iterator[None]:
    matplotlib.use("agg")
    yield
    pyplot.close("all")
