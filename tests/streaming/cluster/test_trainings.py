"""Searches, starts and folds on the workers of a Dask cluster give the bits of one machine."""

import os
import signal
import threading
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError, Layer, Network
from clearprop._interruption import ending_after, hearing_ctrl_c, is_interrupted
from clearprop.search import train_restarts
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.decays import evaluate_decays
from clearprop.search.trainings import Several, Trained, elsewhere, side_by_side
from clearprop.streaming.cluster import trainings
from clearprop.streaming.cluster.sums import result_of
from clearprop.streaming.cluster.trainings import OnWorkers
from clearprop.training import Stopping, StopReason, TrainingConfig, train
from search_cases import wave

Client = pytest.importorskip("distributed", reason="Dask is not installed").Client
# what Dask's threads and sockets leave behind when a cluster is closed is not ours
pytestmark = pytest.mark.filterwarnings("ignore")
FEW = TrainingConfig(solver="lbfgs", seed=3, stopping=Stopping(max_epochs=4))
X, Y = wave(60)
DATA = CrossValidation.of(X, Y, None, np.random.default_rng(0))


def curve(hidden):
    return Network(1, [*(Layer(units, "tanh") for units in hidden), Layer(1)])


def classes(hidden):
    layers = [*(Layer(units, "relu") for units in hidden), Layer(1, "sigmoid")]
    return Network(1, layers, "binary_cross_entropy")


def starts():
    config = replace(FEW, solver="bayesian_regularization")
    return [train_restarts(curve((3,)), X, Y, config, restarts=4).parameters.vector]


def pairs():
    return [pair.sums for pair in Training(curve((3,)), FEW, None).pairs(DATA)]


def pairs_after_epochs():
    adam = replace(FEW, solver="adam")
    return [pair.sums for pair in Training(curve((3,)), adam, None).pairs(DATA, (1, 3))]


def decays():
    halves = replace(DATA, Y=(Y > 0).astype(float))
    return [held.pair.sums for held in evaluate_decays(classes, halves, FEW)]


@pytest.mark.parametrize("kind", [starts, pairs, pairs_after_epochs, decays])
def test_workers_give_the_bits_of_one_machine(client, kind):
    here = kind()
    with elsewhere(OnWorkers(client)):
        there = kind()
    assert len(here) == len(there)
    for one, other in zip(here, there, strict=True):
        np.testing.assert_array_equal(one, other)


@dataclass(frozen=True)
class Plain(Several):
    """Trainings that are all the same."""

    def one(self, number):
        return Trained(train(self.network, self.X, self.Y, self.config))


def test_a_table_is_sent_once(client):
    runner = OnWorkers(client)
    for units in (1, 2):
        runner(Plain(curve((units,)), X, Y, FEW, (0, 1)))
    assert len(runner._sent) == 1


@pytest.fixture(scope="module")
def small():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 80))
    return {"a": a, "b": b, "kind": np.where(a * b + 0.1 * random.normal(size=80) > 0, "x", "y")}


@pytest.fixture(scope="module")
def local(small):
    return cp.fit(small, "kind", seed=0)


def assert_same(ours, theirs):
    np.testing.assert_array_equal(ours.model.parameters.vector, theirs.model.parameters.vector)
    assert ours.measures == theirs.measures
    assert ours.result.reasons == theirs.result.reasons


def test_a_default_search_survives_the_death_of_a_worker(processes, small, local, monkeypatch):
    victim, submitted = min(processes.run(os.getpid).values()), trainings.OnWorkers.__call__

    def kill_first(self, several):
        if victim in processes.run(os.getpid).values():
            os.kill(victim, signal.SIGKILL)
        return submitted(self, several)

    monkeypatch.setattr(trainings.OnWorkers, "__call__", kill_first)
    assert_same(cp.fit(small, "kind", seed=0, client=processes), local)
    assert victim not in processes.run(os.getpid).values()


class ClientLostError(BaseException):
    """What stands for a client that is killed."""


def test_a_lost_client_goes_on_with_what_workers_have_trained(client, tmp_path, monkeypatch):
    config = replace(FEW, solver="bayesian_regularization", checkpoint=tmp_path / "search")
    taken, answers = trainings._taken, []

    def lose(answer, kept):
        if len(answers) == 2:
            raise ClientLostError
        answers.append(answer)
        return taken(answer, kept)

    def count(answer, kept):
        answers.append(answer)
        return taken(answer, kept)

    with elsewhere(OnWorkers(client)):
        monkeypatch.setattr(trainings, "_taken", lose)
        with pytest.raises(ClientLostError):
            train_restarts(curve((3,)), X, Y, config, restarts=4)
        monkeypatch.setattr(trainings, "_taken", count)
        resumed = train_restarts(curve((3,)), X, Y, config, restarts=4)
    assert [len(ends) for _, ends in answers] == [1, 1, 0, 0, 1, 1]  # two of four were known
    assert np.array_equal(resumed.parameters.vector, starts()[0])


def test_so_do_files_that_are_small(client, small, local, tmp_path):
    import pandas

    pandas.DataFrame(small).to_parquet(tmp_path / "small.parquet")
    said = []
    fitted = cp.fit(tmp_path, "kind", seed=0, client=client, on_plan=said.append)
    assert_same(fitted, local)
    assert "80 rows × 3 columns go to each of 3 workers" in said[0].en


def test_rows_that_validate_judge_on_workers_too(client, small):
    asked = {"solver": "adam", "hidden": (3,), "restarts": 2, "validation": 0.3, "max_epochs": 3}
    assert_same(cp.fit(small, "kind", client=client, **asked), cp.fit(small, "kind", **asked))


def test_who_watches_is_told_of_the_first_start(client):
    epochs = []
    config = replace(FEW, observe=lambda record: epochs.append(record.epoch))
    with elsewhere(OnWorkers(client)):
        train_restarts(curve((2,)), X, Y, config, restarts=3)
    assert epochs == [0, 1, 2, 3, 4]


def test_one_training_in_memory_has_nothing_to_share(client, small):
    with pytest.raises(InputError, match=r"`client`.*nothing to share.*restarts=10"):
        cp.fit(small, "kind", client=client, hidden=(3,))


def test_a_limit_of_time_holds_on_workers(client):
    with ending_after(0, of=5), elsewhere(OnWorkers(client)):
        result = train_restarts(curve((2,)), X, Y, FEW, restarts=3)
    assert "5 s" in result.stop_reason.sentence.en


@dataclass(frozen=True)
class Quick(Several):
    def one(self, number):
        return Trained(train(self.network, self.X, self.Y, self.config))


@dataclass(frozen=True)
class Interrupted(Quick):
    """Ctrl-C is pressed during the second one, and hears of it; others were quicker."""

    def one(self, number):
        result = super().one(number).result
        if number == 1:
            os.kill(os.getpid(), signal.SIGINT)
            end = time.monotonic() + 60
            while not is_interrupted() and time.monotonic() < end:
                threading.Event().wait(0.01)
            result = replace(result, stop_reason=StopReason.of("interrupted", epoch=4))
        return Trained(result)


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_ctrl_c_ends_what_runs_and_keeps_what_is_trained(client):
    trainings = Interrupted(curve((2,)), X, Y, FEW, (0, 1, 2, 3, 4, 5))
    with hearing_ctrl_c(), elsewhere(OnWorkers(client)):
        found = side_by_side(trainings, None)
    assert "interrupted" in {each.result.stop_reason.name for each in found}
    assert len(found) <= 6


def test_ctrl_c_while_a_result_is_fetched_waits_for_it(client, monkeypatch, ctrl_c_interrupts):
    """Cut off at the wrong moment, a client would gather nothing any more."""
    begun = Client._gather_remote

    async def pressed(self, *given):
        os.kill(os.getpid(), signal.SIGINT)
        return await begun(self, *given)

    monkeypatch.setattr(Client, "_gather_remote", pressed)
    with hearing_ctrl_c():
        assert result_of(client.submit(int, 7, pure=False)) == 7
        assert is_interrupted()


def test_ctrl_c_while_trainings_are_sent_keeps_what_is_trained(client, monkeypatch):
    submit, sent = client.submit, []

    def until_the_third(function, *args, **options):
        if function is trainings._train and args[2] == 2:
            sent[-2].result()
            raise KeyboardInterrupt
        sent.append(submit(function, *args, **options))
        return sent[-1]

    monkeypatch.setattr(client, "submit", until_the_third)
    several = Quick(curve((2,)), X, Y, FEW, (0, 1, 2, 3))
    with elsewhere(OnWorkers(client)):
        found = side_by_side(several, None)
    assert 1 <= len(found) <= 2
    assert found[-1].result.stop_reason.name == "interrupted"
