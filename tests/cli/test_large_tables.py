"""Tables in many files, or larger than memory, from the command line."""

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from clearprop.cli import predict as predicting
from clearprop.cli import train as training
from clearprop.data import read_table


@pytest.fixture
def parts(folder):
    """The working folder with the houses in three Parquet files."""
    table = pd.read_csv("houses.csv")
    for number in range(3):
        table[20 * number : 20 * number + 20].to_parquet(f"part-{number}.parquet")
    return folder


TRAIN = ["train", "part-*.parquet", "--target", "price", "--ignore", "kind", "--out", "m"]
STREAM = [*TRAIN, "--stream"]


def test_what_streams_says_its_plan(clearprop, parts):
    code, out, err = clearprop(*STREAM, "--max-epochs", "5", report=True)
    assert code == 0, err
    assert "3 files: 60 rows, 2 input columns" in out
    assert "clearprop report m TABLE" in out
    assert "about 60 rows × 4 columns" in err
    assert "two passes of about" in err
    assert not (parts / "m.html").exists()
    assert cp.load("m").summary["solver"].startswith("adam")


def test_it_says_so_in_chinese(clearprop, parts):
    _, _, err = clearprop(*STREAM, "--max-epochs", "2", "--lang", "zh")
    assert "约 60 行 × 4 列" in err
    assert "从磁盘分批读取" in err


def test_files_that_fit_into_memory_are_searched_as_one_table(clearprop, parts):
    options = ["--solver", "lbfgs", "--max-epochs", "2"]
    code, _, err = clearprop(*TRAIN, *options)
    assert code == 0, err
    clearprop("train", "houses.csv", *TRAIN[2:-1], "one", *options)
    one, other = (cp.load(name).parameters.vector for name in ("one", "m"))
    np.testing.assert_array_equal(one, other)


def test_a_sample_is_trained_on_in_memory(clearprop, parts):
    code, out, _ = clearprop(*TRAIN, "--rows", "30", "--hidden", "2", "--solver", "lbfgs")
    assert code == 0
    assert "a random sample of 30 of 60 rows." in out


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_predictions_of_many_files_are_those_of_one_table(clearprop, models, parts, ending):
    out = f"predictions.{ending}"
    code, _, err = clearprop("predict", "price.clearprop", "part-*.parquet", "--out", out)
    assert (code, err) == (0, f"wrote 60 predictions to {out}\n")
    expected = cp.load("price.clearprop").predict(read_table("houses.csv"))
    found = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    np.testing.assert_allclose(found["price"], expected, rtol=1e-14)


def test_a_broken_part_leaves_no_half_of_a_file(clearprop, models, parts):
    (parts / "part-2.parquet").write_bytes(b"PAR1 and nothing")
    code, _, err = clearprop("predict", "price.clearprop", "part-*.parquet", "--out", "p.csv")
    assert code == 2
    assert "part-2.parquet" in err
    assert not (parts / "p.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--solver", "levenberg_marquardt", "--batch-size", "9", "--stream"], "`batch_size`"),
        (["--rows", "0"], "`rows`"),
        (["--strict", "--stream"], "`strict`"),
        (["--part", "city", "--stream"], "`part`"),
        (["--cache", "."], "`cache`"),
    ],
)
def test_what_does_not_go_is_one_line(clearprop, parts, arguments, message):
    code, out, err = clearprop(*TRAIN, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert not (parts / "m").exists()


def test_a_large_file_is_asked_for_its_size(clearprop, folder, monkeypatch):
    for module in (training, predicting):
        assert not module.streams("houses.csv")
    monkeypatch.setattr("clearprop.streaming.plan.LARGE", 100)
    monkeypatch.setattr("clearprop.streaming.plan.available_memory", lambda: 1000)
    code, _, err = clearprop("train", "houses.csv", "--target", "price", "--max-epochs", "1")
    assert code == 0
    assert "Rows stream from disk" in err


@pytest.mark.parametrize("data", ["part-*.parquet", "."])
def test_a_part_of_the_table_is_never_overwritten(clearprop, models, parts, data):
    (parts / "houses.csv").unlink()
    before = (parts / "part-1.parquet").read_bytes()
    out = ["--out", "part-1.parquet", "--force"]
    for command in (
        ["train", data, "--target", "price", *out],
        ["predict", "price.clearprop", data, *out],
    ):
        code, _, err = clearprop(*command)
        assert code == 2
        assert "it is an input of this command" in err
        assert (parts / "part-1.parquet").read_bytes() == before


@pytest.mark.filterwarnings("ignore")  # what Dask's sockets leave behind is not ours
def test_a_cluster_trains_by_the_address_of_its_scheduler(clearprop, parts):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    options = ["--solver", "lbfgs", "--hidden", "2", "--max-epochs", "3"]
    with distributed.LocalCluster(
        2, processes=False, dashboard_address=None, protocol="tcp"
    ) as two:
        code, _, err = clearprop(*TRAIN, *options, "--scheduler", two.scheduler_address)
    assert code == 0, err
    assert "60 rows × 4 columns; portions: 1, workers:" in err
    there = cp.load("m").parameters.vector
    clearprop(*STREAM, *options, "--force")
    np.testing.assert_array_equal(cp.load("m").parameters.vector, there)


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_one_line(clearprop, parts, monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr("clearprop.streaming.schedulers.PATIENCE", 0.2)
    for address in ("tcp://127.0.0.1:9", "nowhere", "carrier-pigeon://roof:1"):
        code, out, err = clearprop(*TRAIN, "--scheduler", address)
        assert (code, out) == (2, "")
        assert "no scheduler answers there" in err
