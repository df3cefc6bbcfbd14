"""Training on files: streamed, sampled or in memory, by one door."""

import numpy as np
import pytest

import clearprop as cp
from clearprop import InputError
from clearprop.streaming import cache as caching
from clearprop.streaming import plan, portions

QUICK = {"hidden": (8,), "max_epochs": 3, "seed": 0}


@pytest.fixture
def small_piles(monkeypatch):
    monkeypatch.setattr(caching, "PILE", 10_000)
    monkeypatch.setattr(portions, "MAX_PORTION", 400)


def streamed(path, **options):
    return cp.fit(path, "y", stream=True, **{**QUICK, **options})


def test_it_learns_and_the_model_is_an_ordinary_one(parquet, table, small_piles, tmp_path):
    fitted = streamed(parquet, max_epochs=60, learning_rate=0.01, test=0.1)
    assert fitted.measures[1].test > 0.9
    fitted.model.save(tmp_path / "m.clearprop")
    model = cp.load(tmp_path / "m.clearprop")
    known = table.dropna(subset="y")
    assert np.corrcoef(model.predict(known), known["y"])[0, 1] > 0.95
    assert len(fitted.result.division.train) == model.statistics.rows
    assert fitted.notes[0].en.startswith("30 rows have no 'y'")
    assert model.summary["rows"]["train"] == len(fitted.result.division.train)


def test_the_form_of_the_files_does_not_matter(parquet, csv, small_piles):
    ours, theirs = streamed(parquet), streamed(csv)
    np.testing.assert_array_equal(ours.model.parameters.vector, theirs.model.parameters.vector)
    assert ours.measures == theirs.measures


def test_fewer_rows_held_back_than_asked_for_are_said(parquet, monkeypatch):
    assert not any("held back instead" in note.en for note in streamed(parquet, test=0.2).notes)
    monkeypatch.setattr("clearprop.streaming.pipeline.MAX_VALIDATION", 6000)
    fitted = streamed(parquet, test=0.5)
    assert any("of the rows are held back instead of 0.5" in note.en for note in fitted.notes)
    assert 0 < len(fitted.result.division.test) < 600


def test_a_cache_that_is_kept_serves_again(parquet, tmp_path, small_piles):
    first = streamed(parquet, cache=tmp_path / "kept")
    files = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "kept").iterdir()}
    again = streamed(parquet, cache=tmp_path / "kept")
    assert files == {p.name: p.stat().st_mtime_ns for p in (tmp_path / "kept").iterdir()}
    np.testing.assert_array_equal(first.model.parameters.vector, again.model.parameters.vector)
    assert "kept" in first.notes[-1].en


def test_a_training_that_was_interrupted_goes_on_to_the_same_bits(parquet, tmp_path, small_piles):
    whole = streamed(parquet, max_epochs=5)

    def press(record):
        if record.epoch == 2:
            raise KeyboardInterrupt

    file = cp.Checkpoint(tmp_path / "c", every=0.0)
    broken = streamed(parquet, max_epochs=5, checkpoint=file, observe=press)
    assert broken.result.stop_reason.name == "interrupted"
    resumed = streamed(parquet, max_epochs=5, checkpoint=file)
    np.testing.assert_array_equal(whole.model.parameters.vector, resumed.model.parameters.vector)
    assert not (tmp_path / "c").exists()


def test_before_the_first_epoch_an_interrupt_is_one(parquet):
    def press(stage):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        streamed(parquet, on_stage=press)


def test_a_sample_is_drawn_from_all_rows(parquet, csv):
    ours = cp.fit(parquet, "y", rows=500, hidden=(2,), solver="lbfgs", seed=1)
    theirs = cp.fit(csv, "y", rows=500, hidden=(2,), solver="lbfgs", seed=1)
    assert ours.notes[0].en == "a random sample of 500 of 3,000 rows."
    np.testing.assert_array_equal(ours.model.parameters.vector, theirs.model.parameters.vector)


def test_a_file_that_fits_is_read_as_a_whole(csv, table):
    ours = cp.fit(csv, "y", hidden=(2,), solver="lbfgs")
    theirs = cp.fit(table, "y", hidden=(2,), solver="lbfgs")
    np.testing.assert_array_equal(ours.model.parameters.vector, theirs.model.parameters.vector)


def test_several_files_that_fit_are_read_as_one_table(parquet, table):
    ours = cp.fit(parquet, "y", hidden=(2,), solver="lbfgs")
    theirs = cp.fit(table, "y", hidden=(2,), solver="lbfgs")
    np.testing.assert_array_equal(ours.model.parameters.vector, theirs.model.parameters.vector)


def test_what_does_not_fit_into_memory_streams_and_says_its_plan(parquet, monkeypatch):
    monkeypatch.setattr(plan, "available_memory", lambda: 10**5)
    said = []
    fitted = cp.fit(parquet, "y", on_plan=said.append, **QUICK)
    assert isinstance(fitted.result.division.train, range)
    assert "3,000 rows × 5 columns" in said[0].en
    assert "two passes" in said[1].en
    assert all(each.zh for each in said)


def test_classes_of_a_stream(tmp_path, small_piles):
    random = np.random.default_rng(0)
    x = random.normal(size=3000)
    path = tmp_path / "t.csv"
    rows = [f"{v},{'up' if v > 0.5 else 'down' if v < -0.5 else 'flat'}" for v in x]
    path.write_text("x,y\n" + "\n".join(rows))
    fitted = streamed(path, max_epochs=40, learning_rate=0.03)
    assert fitted.model.target.classes == ("down", "flat", "up")
    assert fitted.measures[0].validation < 0.05


@pytest.mark.parametrize("solver", ["lbfgs", "levenberg_marquardt", "bayesian_regularization"])
def test_solvers_that_look_at_all_rows_end_where_they_end_in_memory(
    table, solver, tmp_path, small_piles
):
    """Against `cp.fit` in memory on the same rows; the cache holds single precision."""
    known = table.dropna()
    known.to_parquet(tmp_path / "t.parquet")
    options = {"solver": solver, "hidden": (3,), "seed": 0, "max_epochs": 10, "validation": 1e-9}
    ours = cp.fit(tmp_path / "t.parquet", "y", stream=True, **options)
    theirs = cp.fit(known, "y", **options, early_stopping=False)
    np.testing.assert_allclose(ours.model.predict(known), theirs.model.predict(known), atol=1e-3)
    assert ours.model.network.dtype == "float64"
    if theirs.result.posterior is not None:
        spread = theirs.model.predict_std(known)
        np.testing.assert_allclose(ours.model.predict_std(known), spread, rtol=0.01)


REFUSED = {
    "samples": ({"solver": "levenberg_marquardt", "batch_size": 50}, "`batch_size`"),
    "division": ({"division": "block"}, "`division`"),
    "strict": ({"strict": True}, "`strict`"),
    "part": ({"part": "city"}, "`part`"),
    "option": ({"no_such": 1}, "no_such"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_stream_is_refused_before_a_row_is_read(name, parquet):
    options, message = REFUSED[name]
    with pytest.raises(InputError) as error:
        streamed(parquet, **options)
    assert message in str(error.value)


def test_options_for_files_are_refused_for_tables(table):
    with pytest.raises(InputError, match="`rows`"):
        cp.fit(table, "y", rows=10)


def test_a_folder_of_other_things_is_no_cache(parquet, tmp_path):
    (tmp_path / "thesis.doc").write_text("precious")
    with pytest.raises(InputError, match=r"`cache`.*thesis\.doc"):
        streamed(parquet, cache=tmp_path)
    assert (tmp_path / "thesis.doc").exists()


@pytest.mark.parametrize("asked", [{"stream": True}, {"stream": False}, {"rows": 5}])
def test_files_without_rows_are_one_line(table, tmp_path, asked):
    for name in ("a", "b"):
        table[:0].to_parquet(tmp_path / f"{name}.parquet")
    with pytest.raises(InputError, match="2 files: there are no rows"):
        cp.fit(tmp_path, "y", on_plan=print, **asked)
