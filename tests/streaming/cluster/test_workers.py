"""Training on the workers of a Dask cluster gives the bits that it gives on one machine."""

import os
import signal

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError
from clearprop.network.sums import one_by_one
from clearprop.streaming import portions
from clearprop.streaming.cluster.sums import OnWorkers

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
# what its threads and sockets leave behind when a cluster is closed is not ours
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore")]
OPTIONS = {"hidden": (4,), "max_epochs": 3, "seed": 0, "test": 0.1}
SOLVERS = ["lbfgs", "scaled_conjugate_gradient", "rprop", "levenberg_marquardt"]


@pytest.fixture(scope="module", autouse=True)
def small_portions():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "MAX_PORTION", 400)
        yield


@pytest.fixture(scope="module")
def local(parquet):
    found = {}

    def fitted(solver):
        if solver not in found:
            found[solver] = cp.fit(parquet, "y", stream=True, solver=solver, **OPTIONS)
        return found[solver]

    return fitted


def assert_same(ours, theirs):
    np.testing.assert_array_equal(ours.model.parameters.vector, theirs.model.parameters.vector)
    assert ours.measures == theirs.measures
    assert ours.model.encoding == theirs.model.encoding
    assert ours.model.statistics == theirs.model.statistics
    assert ours.notes == theirs.notes


@pytest.mark.parametrize("solver", [*SOLVERS, "bayesian_regularization"])
def test_a_cluster_gives_the_bits_of_one_machine(client, parquet, local, solver):
    assert_same(cp.fit(parquet, "y", client=client, solver=solver, **OPTIONS), local(solver))


def test_nor_does_the_number_of_workers_matter(cluster_of, parquet, local):
    with cluster_of(1) as cluster, distributed.Client(cluster) as client:
        fitted = cp.fit(parquet, "y", client=client, solver="levenberg_marquardt", **OPTIONS)
    assert_same(fitted, local("levenberg_marquardt"))


@pytest.fixture(scope="module")
def frame(table):
    dask = pytest.importorskip("dask.dataframe", reason="Dask is not installed")
    return dask.from_pandas(table, npartitions=4)


def test_a_dask_frame_is_its_rows(client, frame, local):
    fitted = cp.fit(frame, "y", client=client, solver="levenberg_marquardt", **OPTIONS)
    assert_same(fitted, local("levenberg_marquardt"))


def test_without_a_cluster_its_partitions_come_one_by_one(frame, local):
    fitted = cp.fit(frame, "y", stream=True, solver="lbfgs", **OPTIONS)
    assert_same(fitted, local("lbfgs"))


def test_csv_files_are_read_by_workers(client, csv, local):
    assert_same(cp.fit(csv, "y", client=client, solver="lbfgs", **OPTIONS), local("lbfgs"))


def test_the_plan_is_said_and_the_solver_is_one_for_all_rows(client, parquet):
    said = []
    fitted = cp.fit(parquet, "y", client=client, on_plan=said.append, **OPTIONS)
    assert "3,000 rows × 5 columns; portions: 8, workers: 3." in said[0].en
    assert "份数：8" in said[0].zh
    assert fitted.result.solver.name == "lbfgs"


def test_columns_that_only_later_portions_have_are_inputs(client, tmp_path):
    lines = [
        f"{n if n > 900 else ''},{n % 7}.5,{'ab'[n % 2] if n > 1500 else ''}" for n in range(2000)
    ]
    (tmp_path / "t.csv").write_text("x,y,z\n" + "\n".join(lines))
    one, other = (
        cp.fit(tmp_path / "t.csv", "y", solver="lbfgs", **where, **OPTIONS)
        for where in ({"client": client}, {"stream": True})
    )
    assert_same(one, other)
    assert one.model.encoding.features == ("x", "x is missing", "z is missing", "z=a", "z=b")


def test_mini_batches_are_refused(client, parquet):
    with pytest.raises(InputError, match=r"`solver` \(='adam'\).*message to a worker"):
        cp.fit(parquet, "y", client=client, solver="adam", **OPTIONS)


def test_a_value_that_cannot_stand_in_its_column_is_named(client, tmp_path):
    lines = [f"{n},{n % 7}.5" for n in range(900)]
    (tmp_path / "t.csv").write_text("x,y\n" + "\n".join([*lines, "seven,1.5"]))
    with pytest.raises(InputError, match=r"t\.csv, line 902, column 'x' \(='seven'\)"):
        cp.fit(tmp_path / "t.csv", "y", client=client, **OPTIONS)


def test_ctrl_c_keeps_what_is_trained_and_a_checkpoint_goes_on(client, parquet, tmp_path, local):
    def press(record):
        if record.epoch == 2:
            raise KeyboardInterrupt

    file = cp.Checkpoint(tmp_path / "c", every=0.0)
    asked = {**OPTIONS, "solver": "lbfgs", "client": client, "checkpoint": file}
    broken = cp.fit(parquet, "y", observe=press, **asked)
    assert broken.result.stop_reason.name == "interrupted"
    assert_same(cp.fit(parquet, "y", **asked), local("lbfgs"))


class Number:
    def __init__(self, client, number):
        self.future, self.number = client.submit(int, number, pure=False), number


def test_sums_are_the_tree_of_one_machine_in_arrays_of_their_own(client):
    numbers = np.random.default_rng(0).normal(size=11)

    def leaf(number):
        return (number / 7, np.full(3, number))

    chunks = [Number(client, int(1e6 * number)) for number in numbers]
    told = []
    found = OnWorkers(client, told.append)(leaf, chunks)
    right = one_by_one(leaf, [chunk.number for chunk in chunks])
    assert found[0] == right[0]
    np.testing.assert_array_equal(found[1], right[1])
    found[1][:] = 0  # nobody else sees it
    np.testing.assert_array_equal(OnWorkers(client)(leaf, chunks)[1], right[1])


def test_a_worker_that_is_killed_changes_nothing(processes, parquet, local):
    victims = list(processes.run(os.getpid).values())

    def kill(record):
        if record.epoch == 1 and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    options = {**OPTIONS, "solver": "levenberg_marquardt"}
    fitted = cp.fit(parquet, "y", client=processes, observe=kill, **options)
    assert len(victims) == 1
    assert_same(fitted, local("levenberg_marquardt"))


def test_predictions_of_a_dask_frame_are_one_that_is_not_computed(frame, table, local):
    model = local("lbfgs").model
    found = model.predict(frame)
    assert (found.npartitions, found.name) == (frame.npartitions, "y")
    computed = found.compute(scheduler="sync")
    np.testing.assert_array_equal(computed, model.predict(table))
    assert computed.index.equals(table.index)


@pytest.mark.parametrize("kind", ["frame", "array"])
def test_so_are_probabilities(kind, table):
    dask = pytest.importorskip("dask", reason="Dask is not installed")
    pytest.importorskip("dask.dataframe")
    known = table.fillna(0.0)[["a", "b"]].assign(up=lambda rows: rows.a > rows.b)
    model = cp.fit(known, "up", hidden=(2,), solver="lbfgs", max_epochs=3, seed=0).model
    X = known[["a", "b"]]
    given = dask.dataframe.from_pandas(X, npartitions=3)
    given = given if kind == "frame" else dask.array.from_array(X.to_numpy(), chunks=(700, 1))
    found = model.predict_proba(given).compute(scheduler="sync")
    np.testing.assert_array_equal(np.asarray(found), model.predict_proba(X))
    classes = model.predict(given).compute(scheduler="sync")
    np.testing.assert_array_equal(np.asarray(classes), model.predict(X))


def test_an_array_has_its_columns_by_number(client, table):
    dask = pytest.importorskip("dask.array", reason="Dask is not installed")
    numbers = table.dropna()[["a", "c", "y"]].to_numpy()
    there = dask.from_array(numbers, chunks=(900, 2))
    here = {str(place): column for place, column in enumerate(numbers.T)}
    options = {"solver": "lbfgs", "hidden": (3,), "max_epochs": 5, "seed": 0, "validation": 1e-9}
    ours = cp.fit(there, "2", client=client, **options)
    theirs = cp.fit(here, "2", **options, early_stopping=False)
    np.testing.assert_allclose(ours.model.predict(here), theirs.model.predict(here), atol=1e-3)
