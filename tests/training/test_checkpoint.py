"""Checkpoints: a killed training continues, and ends with the bits of one that ran through."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError, Objective
from clearprop._typing import FloatArray
from clearprop.training import (
    RATES,
    Checkpoint,
    MiniBatches,
    Record,
    Stopping,
    TrainingConfig,
    TrainingResult,
    divide,
    train,
)
from clearprop.training.solvers.solver import BatchSolver, GradientState

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(90, 4))
Y = np.sin(X[:, :1]) * X[:, 1:2] + 0.1 * RANDOM.normal(size=(90, 1))
NETWORK = cp.Network(4, [cp.Layer(6, "tanh"), cp.Layer(4, "relu"), cp.Layer(1)])
EPOCHS = 40

SHAPED = MiniBatches(rates=RATES.make("adaptive"), dropout=(0.1, 0.1), clip_norm=1.0)
SETTINGS: dict[str, dict[str, Any]] = {
    "adam": {"minibatches": SHAPED, "batch_size": 16, "stopping": Stopping(EPOCHS, plateau=5)},
    "sgd(learning_rate=0.1, momentum=0.9)": {"batch_size": 30, "weight_decay": 0.01},
    "rmsprop": {"seed": np.random.RandomState},
    "lbfgs": {},
    "rprop": {"scale_inputs": "minmax"},
    "scaled_conjugate_gradient": {},
    "levenberg_marquardt": {"sample_weight": np.linspace(0.1, 2, len(X))},
    "levenberg_marquardt(batch_size=10)": {},
    "bayesian_regularization": {},
    "bayesian_regularization(groups='inputs', tolerance=0)": {"sample_weight": np.ones(len(X))},
}


class CutOffError(BaseException):
    """What stands for a program that is killed."""


def training(solver: str, **more: Any) -> TrainingResult:
    settings = {"seed": lambda seed: seed, "stopping": Stopping(EPOCHS, min_gradient=0)}
    settings |= SETTINGS[solver]
    settings["stopping"] = Stopping(
        EPOCHS, min_gradient=0, patience=0, plateau=settings["stopping"].plateau, keep_best=False
    )
    seed, weights = settings.pop("seed")(7), settings.pop("sample_weight", None)
    division = divide(len(X), seed=1)
    return train(
        NETWORK,
        X,
        Y,
        TrainingConfig(solver=solver, seed=seed, division=division, **settings | more),
        sample_weight=weights,
    )


class Always(Checkpoint):
    """Saved at every opportunity, however long that takes."""

    @property
    def is_due(self) -> bool:
        return True


def records(result: TrainingResult) -> list[dict[str, Any]]:
    """Return the history but for the time it took."""
    return [vars(record) | {"seconds": None} for record in result.history]


@pytest.mark.parametrize("solver", SETTINGS)
def test_cut_off_training_ends_where_an_undisturbed_one_ends(solver: str, tmp_path: Path) -> None:
    whole = training(solver)
    moments = random.Random(solver)
    for _ in range(3):
        last = moments.randrange(2, len(whole.history))

        def cut_off(record: Record, last: int = last) -> None:
            if record.epoch >= last:
                raise CutOffError

        try:
            training(solver, checkpoint=Always(tmp_path / "cut"), observe=cut_off)
        except CutOffError:
            assert (tmp_path / "cut").exists()
    resumed = training(solver, checkpoint=Always(tmp_path / "cut"))
    np.testing.assert_array_equal(resumed.parameters.vector, whole.parameters.vector)
    assert records(resumed) == records(whole)
    assert resumed.stop_reason == whole.stop_reason
    assert list(tmp_path.iterdir()) == []


def test_division_and_scaling_come_from_the_file(tmp_path: Path) -> None:
    """Without a seed the second run draws others, which the first one never saw."""

    def run(**more: Any) -> TrainingResult:
        file = Checkpoint(tmp_path / "file", every=0)
        stopping = Stopping(40, min_gradient=0, patience=0)
        return train(
            NETWORK,
            X,
            Y,
            TrainingConfig(
                solver="rprop", division=divide(len(X)), stopping=stopping, checkpoint=file, **more
            ),
        )

    seen = []

    def cut_off(record: Record) -> None:
        seen.append(record)
        if record.epoch == 20:
            raise CutOffError

    with pytest.raises(CutOffError):
        run(observe=cut_off)
    history = run().history
    assert len(history) == 41
    assert [record.loss for record in history][:20] == [record.loss for record in seen][:20]


@pytest.mark.parametrize(
    "change",
    [{"solver": "rprop"}, {"batch_size": 17}, {"minibatches": MiniBatches(clip_norm=2.0)}],
)
def test_checkpoints_of_another_training_are_refused(
    change: dict[str, Any], tmp_path: Path
) -> None:
    file = Checkpoint(tmp_path / "file", every=0)

    def cut_off(record: Record) -> None:
        if record.epoch == 5:
            raise CutOffError

    with pytest.raises(CutOffError):
        training("rmsprop", checkpoint=file, observe=cut_off)
    settings = {"solver": "rmsprop"} | change
    with pytest.raises(InputError, match=r"`checkpoint` .*another training.*try: "):
        train(
            NETWORK,
            X,
            Y,
            TrainingConfig(seed=np.random.RandomState(7), checkpoint=file, **settings),
        )
    with pytest.raises(InputError, match="another training"):
        train(
            NETWORK,
            X,
            Y + 1,
            TrainingConfig(solver="rmsprop", seed=np.random.RandomState(7), checkpoint=file),
        )


def test_damaged_files_and_missing_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no checkpoint")
    with pytest.raises(InputError, match="damaged"):
        training("rmsprop", checkpoint=tmp_path / "file")
    with pytest.raises(InputError, match="there is no folder"):
        training("rmsprop", checkpoint=tmp_path / "no" / "file")


@dataclass(frozen=True)
class Downhill(BatchSolver[GradientState]):
    name = "downhill"

    def init(self, objective: Objective, theta: FloatArray) -> GradientState:
        value, g = objective.gradient(theta)
        norm = float(np.linalg.norm(g))
        return GradientState(theta=theta, value=value, gradient=g, gradient_norm=norm)

    def step(self, objective: Objective, state: GradientState) -> GradientState:
        return self.init(objective, state.theta - 0.1 * state.gradient)


@dataclass(frozen=True, kw_only=True)
class Longer(GradientState):
    speed: float


def cut_off_after_five(record: Record) -> None:
    if record.epoch == 5:
        raise CutOffError


def test_a_solver_that_nobody_has_prepared_for_it_continues_too(tmp_path: Path) -> None:
    config = TrainingConfig(solver=Downhill(), seed=1, stopping=Stopping(20))
    whole = train(NETWORK, X, Y, config)
    config = replace(config, checkpoint=Always(tmp_path / "file"))
    with pytest.raises(CutOffError):
        train(NETWORK, X, Y, replace(config, observe=cut_off_after_five))
    resumed = train(NETWORK, X, Y, config)
    assert records(resumed) == records(whole)
    np.testing.assert_array_equal(resumed.parameters.vector, whole.parameters.vector)


def test_a_state_of_another_version_of_the_solver_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(solver=Downhill(), seed=1, checkpoint=Always(tmp_path / "file"))
    with pytest.raises(CutOffError):
        train(NETWORK, X, Y, replace(config, observe=cut_off_after_five))
    first = Downhill.init
    monkeypatch.setattr(Downhill, "init", lambda *given: Longer(**vars(first(*given)), speed=1.0))
    with pytest.raises(InputError, match=r"`checkpoint` .*another training"):
        train(NETWORK, X, Y, config)


def test_something_is_saved_once_a_second_has_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(10**6))  # a tenth of a second each time it is asked
    own = SimpleNamespace(monotonic=lambda: next(clock) / 10)  # other threads ask for the time too
    monkeypatch.setattr("clearprop.training.checkpoint.time", own)
    saved = []
    training(
        "lbfgs",
        checkpoint=tmp_path / "file",
        observe=lambda _: saved.append((tmp_path / "file").exists()),
    )
    assert saved.index(True) in range(8, 13)


SCRIPT = """
import sys, time
sys.path.insert(0, sys.argv[3])
from training.test_checkpoint import Checkpoint, training
file = Checkpoint(sys.argv[2], every=0)
result = training(sys.argv[1], checkpoint=file, observe=lambda record: time.sleep(0.002))
sys.stdout.write(result.parameters.vector.tobytes().hex())
"""


def test_killed_processes_leave_a_file_to_continue_from(tmp_path: Path) -> None:
    solver = "lbfgs"
    file, tests = tmp_path / "file", Path(__file__).parents[1]
    command = [sys.executable, "-c", SCRIPT, solver, str(file), str(tests)]
    kills, out = 0, ""
    while not out:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        before = written(file)
        while process.poll() is None and written(file) == before:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.03))
        if kills < 2 and process.poll() is None:
            process.kill()  # SIGKILL: nothing in the process can react to it
            kills += 1
        out, _ = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL)
    assert kills > 0
    whole = training(solver, checkpoint=tmp_path / "whole")
    assert out == whole.parameters.vector.tobytes().hex()
    assert not file.exists()


def written(file: Path) -> int:
    """Return when the file was written last; 0 if it is not there."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
