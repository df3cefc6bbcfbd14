"""One pass shows of a table what the table in memory shows."""

import numpy as np
import pandas as pd
import pytest

from clearprop import InputError
from clearprop.data import (
    ClassificationTarget,
    Encoding,
    RegressionTarget,
    as_table,
    read_table,
)
from clearprop.data.statistics import TrainingStatistics
from clearprop.streaming import csv_files, source_of
from clearprop.streaming.parts import TRAIN, PartOfRows
from clearprop.streaming.survey import survey

ALL = PartOfRows(0.0, 0.0, 0)


def seen_in(path, target="y", parts=ALL, **options):
    return survey(source_of(path), [target], parts, **options)


def test_columns_gaps_and_statistics_are_those_of_the_table(parquet, table):
    found = seen_in(parquet)
    known = as_table(table).with_values(["y"])
    expected = Encoding.learn(known, ["y"])
    assert [c.name for c in found.encoding.columns] == [c.name for c in expected.columns]
    assert found.encoding.features == expected.features
    for ours, theirs in zip(found.encoding.columns, expected.columns, strict=True):
        assert getattr(ours, "fill", None) == pytest.approx(getattr(theirs, "fill", None))
    X, Y = expected.matrix(known), found.target.encode(known)
    whole = TrainingStatistics.of(X, Y)
    for part in ("inputs", "targets"):
        for name, values in vars(getattr(whole, part)).items():
            assert getattr(getattr(found.statistics, part), name) == pytest.approx(values)
    assert found.rows == (len(known), 0, 0)
    assert found.without_target == len(table) - len(known)
    notes = " ".join(note.en for note in found.notes)
    assert "b: a missing number becomes the mean" in notes


def test_forms_do_not_matter(parquet, csv):
    assert seen_in(parquet).encoding == seen_in(csv).encoding
    assert seen_in(parquet).statistics == seen_in(csv).statistics


def test_held_back_rows_teach_nothing(tmp_path):
    parts = PartOfRows(0.3, 0.2, seed=5)
    part = parts.of(0, 1000)
    table = pd.DataFrame({"x": np.where(part == TRAIN, 1.0, 1e6) + np.arange(1000) / 1000})
    table["y"] = table["x"] * 2
    table.to_csv(tmp_path / "t.csv", index=False)
    found = seen_in(tmp_path / "t.csv", parts=parts)
    assert found.statistics.inputs.high[0] < 3
    assert found.rows == tuple(int((part == which).sum()) for which in range(3))


@pytest.fixture
def blocks_of_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_files, "BLOCK", 2000)

    def write(*blocks):
        """Write blocks of lines, each long enough to be read by itself."""
        path = tmp_path / "t.csv"
        path.write_text("x,y\n" + "".join(line + "\n" for lines in blocks for line in lines))
        return path

    return write


def test_how_a_file_was_read_is_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(",x,y\n" + "".join(f"r{n},{n},{n}.5\n" for n in range(50)))
    found = seen_in(path)
    assert found.encoding.features == ("x",)
    assert "holds the names of the rows" in found.notes[0].en


def test_categories_and_classes_of_later_rows_are_known(blocks_of_lines):
    path = blocks_of_lines(["a,no", "b,yes"] * 400, ["c,perhaps"] * 400)
    found = seen_in(path)
    assert found.encoding.columns[0].categories == ("a", "b", "c")
    assert isinstance(found.target, ClassificationTarget)
    assert found.target.classes == ("no", "perhaps", "yes")


def test_a_file_sorted_by_its_target_is_no_other_file(blocks_of_lines):
    classes = seen_in(blocks_of_lines(["1.5,0"] * 800, ["2.5,1"] * 800, ["3.5,2"] * 800))
    assert classes.target.classes == (0, 1, 2)
    assert "only 3 different whole numbers" in classes.task_reason.en
    numbers = [f"{n}.5,{n // 300}" for n in range(6000)]
    assert isinstance(seen_in(blocks_of_lines(numbers)).target, RegressionTarget)


def test_a_column_that_only_later_rows_have_is_an_input(blocks_of_lines):
    empty, full = [f",{n}.5" for n in range(600)], [f"{n},{n}.5" for n in range(600)]
    found = seen_in(blocks_of_lines(empty, full))
    assert found.encoding.features == ("x", "x is missing")
    assert found.statistics.inputs.mean[1] == pytest.approx(0.5)
    found = seen_in(blocks_of_lines(empty, [f"{'ab'[n % 2]},{n}.5" for n in range(600)]))
    assert found.encoding.columns[0].categories == ("", "a", "b")
    assert found.statistics.inputs.mean == pytest.approx((0.5, 0.25, 0.25))


def test_a_column_without_any_value_is_left_out_and_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,z,y\n" + "".join(f"{n},,{n}.5\n" for n in range(50)))
    found = seen_in(path)
    assert found.encoding.features == ("x",)
    assert any("every value is missing" in note.en for note in found.notes)


def test_gaps_of_later_rows_are_filled(blocks_of_lines):
    path = blocks_of_lines([f"{n},{n}.5" for n in range(500)], [f",{n}.5" for n in range(500)])
    found = seen_in(path)
    assert found.encoding.features == ("x", "x is missing")
    assert found.encoding.columns[0].fill == pytest.approx(249.5)


def test_text_in_a_column_of_numbers_is_named_by_its_line(blocks_of_lines):
    path = blocks_of_lines([f"{n},{n}.5" for n in range(900)], ["seven,1.5"])
    with pytest.raises(InputError, match=r"t\.csv, line 902, column 'x' \(='seven'\)"):
        seen_in(path)


def test_too_many_categories_are_left_out_and_said(blocks_of_lines):
    path = blocks_of_lines(["a,1.5", "b,2.5"] * 400, [f"k{n},{n}.5" for n in range(1500)])
    with pytest.raises(InputError, match="no column that could be an input"):
        seen_in(path)


@pytest.mark.parametrize(("option", "message"), [
    ({"target": "z"}, "no column 'z'"),
    ({"ignore": ["z"]}, "no column 'z'"),
    ({"ignore": ["a", "b", "c", "city"]}, "no column that could be an input"),
])  # fmt: skip
def test_what_cannot_be_learnt_is_refused(parquet, option, message):
    with pytest.raises(InputError, match=message):
        seen_in(parquet, **option)


def test_a_target_without_a_value_anywhere_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("x,y\n1,\n2,\n")
    with pytest.raises(InputError, match="'y'"):
        survey(source_of(tmp_path / "t.csv"), ["y"], ALL)
    assert len(read_table(tmp_path / "t.csv")) == 2
