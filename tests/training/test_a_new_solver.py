"""CONTRIBUTING's walk-through: a new solver is one file, and nothing else is edited."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import clearprop as cp
import clearprop.training.solvers
import clearprop.updates
from clearprop.training import Checkpoint, Stopping, TrainingConfig, train
from clearprop.training.solvers import SOLVERS
from clearprop.updates import UPDATES

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL
)
FOLDERS = {
    "steepest_descent": (clearprop.training.solvers, SOLVERS),
    "sign_descent": (clearprop.updates, UPDATES),
}
X = np.linspace(-1, 1, 50)[:, None]


@pytest.fixture(params=FOLDERS)
def solver(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Write the guide's code into a file of the rule's name, as if it lay in the rules' folder."""
    name: str = request.param
    folder: ModuleType
    folder, registry = FOLDERS[name]
    (code,) = (block for block in BLOCKS if f'name = "{name}"' in block)
    (tmp_path / f"{name}.py").write_text(code, "utf-8")
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    monkeypatch.setattr(registry, "_found", None)
    yield name
    sys.modules.pop(f"{folder.__name__}.{name}", None)


def test_it_is_found_by_its_name_and_trains(solver: str) -> None:
    network = cp.Network(1, [cp.Layer(5, "tanh"), cp.Layer(1)])
    asked = f"{solver}(learning_rate=0.01)"
    config = TrainingConfig(solver=asked, seed=0, stopping=Stopping(max_epochs=200))
    result = train(network, X, X**2, config)
    assert result.solver.name == solver
    assert result.history[-1].loss < 0.9 * result.history[0].loss


def test_it_continues_from_a_checkpoint(solver: str, tmp_path: Path) -> None:
    network = cp.Network(1, [cp.Layer(5, "tanh"), cp.Layer(1)])

    def interrupt(record: cp.training.Record) -> None:
        if record.epoch == 20:
            raise KeyboardInterrupt

    settings = {"solver": solver, "seed": 0, "stopping": Stopping(max_epochs=50)}
    whole = train(network, X, X**2, TrainingConfig(**settings))
    settings["checkpoint"] = Checkpoint(tmp_path / "file", every=0)
    train(network, X, X**2, TrainingConfig(**settings, observe=interrupt))
    resumed = train(network, X, X**2, TrainingConfig(**settings))
    assert len(resumed.history) == len(whole.history)
    np.testing.assert_array_equal(resumed.parameters.vector, whole.parameters.vector)
