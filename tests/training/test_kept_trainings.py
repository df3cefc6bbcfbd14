"""Searches that are cut off: they go on with what was trained, and end with the same bits."""

from itertools import count

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError, Layer, Network
from clearprop.search import train_restarts
from clearprop.training import Checkpoint, Record, Stopping, TrainingConfig, train
from clearprop.training.kept_trainings import KeptTraining, KeptTrainings
from clearprop.training.minimizing import FullBatch
from clearprop.training.randomness import generator_state

RANDOM = np.random.default_rng(1)
TABLE = dict(zip("abc", RANDOM.normal(size=(3, 40)), strict=True))
TABLE["y"] = np.sin(TABLE["a"]) * TABLE["b"] + 0.1 * RANDOM.normal(size=40)
KIND = {**TABLE, "y": np.where(TABLE["y"] > 0, "yes", "no")}
X, Y = TABLE["a"][:, None], TABLE["y"][:, None]
NETWORK = Network(1, [Layer(3, "tanh"), Layer(1)])
SHORT = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(max_epochs=3))
SEARCHES = {
    "starts": (TABLE, {"hidden": (3,), "restarts": 4, "solver": "lbfgs"}),
    "sizes and priors": (TABLE, {"solver": "bayesian_regularization", "restarts": 2}),
    "classes": (KIND, {}),
    "mini-batches": (TABLE, {"solver": "adam", "hidden": (3,), "restarts": 3}),
    "one of several": (TABLE, {"hidden": (3,), "restarts": 3, "compact": True, "solver": "lbfgs"}),
}


class CutOffError(BaseException):
    """What stands for a program that is killed."""


def fit(table, settings, **more):
    settings = {"max_epochs": 3, "seed": 5, "n_jobs": 1} | settings | more
    return cp.fit(table, "y", **settings)


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_that_was_cut_off_goes_on_with_what_was_trained(name, tmp_path, monkeypatch):
    table, settings = SEARCHES[name]
    whole = fit(table, settings)
    opened, folder, trained = KeptTraining.open, tmp_path / "search", []

    def cut_off_the_third(self, identity, number=count(1)):  # noqa: B008  one for all calls
        if next(number) == 3:
            raise CutOffError
        return opened(self, identity)

    def noting_what_is_known(self, identity):
        saved = opened(self, identity)
        trained.append(saved is not None)
        return saved

    with monkeypatch.context() as patched:
        patched.setattr(KeptTraining, "open", cut_off_the_third)
        with pytest.raises(CutOffError):
            fit(table, settings, checkpoint=folder)
    monkeypatch.setattr(KeptTraining, "open", noting_what_is_known)
    resumed = fit(table, settings, checkpoint=folder)
    assert trained[:3] == [True, True, False]
    assert not folder.exists()
    np.testing.assert_array_equal(resumed.model.parameters.vector, whole.model.parameters.vector)
    assert resumed.result.reasons == whole.result.reasons
    assert resumed.result.stop_reason == whole.result.stop_reason


def test_what_has_ended_takes_no_further_step(tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    kept = KeptTrainings.open(tmp_path / "search", random)
    config = TrainingConfig(solver="lbfgs", seed=0, checkpoint=kept)
    first = train(NETWORK, X, Y, config)
    monkeypatch.setattr(FullBatch, "advance", None)
    again = train(NETWORK, X, Y, config)
    np.testing.assert_array_equal(again.parameters.vector, first.parameters.vector)
    assert again.stop_reason == first.stop_reason
    assert again.best_epoch == first.best_epoch


def test_a_training_that_was_cut_off_goes_on_within(tmp_path):
    file = Checkpoint(tmp_path / "search", every=0)
    whole = train_restarts(NETWORK, X, Y, SHORT, restarts=2, n_jobs=1)
    seen = []

    def cut_off(record: Record) -> None:
        seen.append(record.epoch)
        if record.epoch == 2:
            raise CutOffError

    def run(observe):
        config = TrainingConfig(**vars(SHORT) | {"checkpoint": file, "observe": observe})
        return train_restarts(NETWORK, X, Y, config, restarts=2, n_jobs=1)

    with pytest.raises(CutOffError):
        run(cut_off)
    resumed = run(lambda record: seen.append(record.epoch))
    assert 0 not in seen[3:]  # it has not begun anew
    assert seen[-1] == 3
    np.testing.assert_array_equal(resumed.parameters.vector, whole.parameters.vector)
    assert not (tmp_path / "search").exists()


@pytest.mark.parametrize("kind", [np.random.default_rng, np.random.RandomState])
def test_the_search_draws_what_it_drew(kind, tmp_path):
    first, later = kind(0), kind(1)
    began = generator_state(first)
    KeptTrainings.open(tmp_path / "search", first)
    first.permutation(9)
    KeptTrainings.open(tmp_path / "search", later)
    assert generator_state(later) == began


@pytest.mark.parametrize(
    "other",
    [
        {"stopping": Stopping(max_epochs=4)},
        {"weight_decay": 0.1},
        {"seed": np.random.default_rng(1)},
        {"scale_inputs": "minmax"},
        {"initializer": "he"},
        {"division": cp.divide(40, seed=0)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_trainings_of_one_network_are_told_apart(other, tmp_path):
    kept, own = KeptTrainings(tmp_path), {"seed": np.random.default_rng(0)}
    started = {"start": NETWORK.initialize(seed=0)}
    first, again, second, third = (
        kept.of(vars(TrainingConfig(**own | more)) | start).settings
        for more, start in (({}, {}), ({}, {}), (other, {}), ({}, started))
    )
    assert first == again
    assert len({first, second, third}) == 3


def test_what_is_looked_at_in_every_epoch_runs_again(tmp_path):
    config = TrainingConfig(seed=0, inspect=lambda record, parameters: None)
    assert KeptTrainings(tmp_path).of(vars(config)) is None


def test_other_rows_and_other_files_are_refused(tmp_path):
    KeptTrainings.open(tmp_path / "search", np.random.default_rng(0), X)
    with pytest.raises(InputError, match="another training: data"):
        KeptTrainings.open(tmp_path / "search", np.random.default_rng(0), Y)
    (tmp_path / "file").write_text("mine")
    for name in ("file", "."):
        with pytest.raises(InputError, match=r"`checkpoint` .*folder of its own.*try: "):
            KeptTrainings.open(tmp_path / name, np.random.default_rng(0), X)
    with pytest.raises(InputError, match="there is no folder"):
        KeptTrainings.open(tmp_path / "no" / "search", np.random.default_rng(0), X)


def test_files_of_others_stay(tmp_path):
    kept = KeptTrainings.open(tmp_path / "search", np.random.default_rng(0))
    (kept.folder / "mine").write_text("mine")
    kept.add({"one.training": b"1"})
    kept.add({"one.training": b"2"})
    assert kept.contents() == {"one.training": b"1"}
    kept.remove()
    assert [path.name for path in kept.folder.iterdir()] == ["mine"]
