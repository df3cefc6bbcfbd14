"""Columns become the numbers that they stand for, and a wrong value is named by its place."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder

from clearprop._errors import InputError
from clearprop.data import (
    CategoricalColumn,
    ClassificationTarget,
    Encoding,
    NumericColumn,
    RegressionTarget,
    as_table,
    infer_task,
    learn_target,
    read_table,
)
from clearprop.data.targets import target_from


def table(**columns):
    return as_table(columns)


def test_numbers_stay_and_categories_become_one_hot():
    given = table(area=[50, 70, 60], city=["Rome", "Oslo", "Rome"], new=[True, False, True])
    encoding = Encoding.learn(given, leave_out=())
    assert encoding.features == ("area", "city=Oslo", "city=Rome", "new")
    expected = [[50, 0, 1, 1], [70, 1, 0, 0], [60, 0, 1, 1]]
    np.testing.assert_array_equal(encoding.matrix(given), expected)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["a", "b", "c", "误差", "ü"]), min_size=1, max_size=30))
def test_one_hot_agrees_with_scikit_learn(words):
    given = table(word=words)
    ours = Encoding.learn(given, leave_out=()).matrix(given)
    theirs = OneHotEncoder(sparse_output=False).fit_transform(np.array(words)[:, None])
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, 3], NumericColumn),
        ([1.5, -2.0, 3e8], NumericColumn),
        ([True, False, True], NumericColumn),
        (["1", "2", "3"], NumericColumn),
        (["a", "b", "a"], CategoricalColumn),
        (["1", "b", "c"], CategoricalColumn),
        (pd.array([1, 2, 1], dtype="Int64"), NumericColumn),
        (pd.Categorical([1, 2, 1]), CategoricalColumn),
        (np.array([1, 2, 1], dtype="uint8"), NumericColumn),
    ],
)
def test_the_kind_of_a_column_follows_its_content(values, kind):
    (column,) = Encoding.learn(table(x=values), leave_out=()).columns
    assert type(column) is kind


def test_numbers_can_be_asked_to_be_categories():
    given = table(zip=[501, 90210, 501], x=[1, 2, 3])
    encoding = Encoding.learn(given, leave_out=["x"], categorical=["zip"])
    assert encoding.features == ("zip=501", "zip=90210")
    as_floats = table(zip=[501.0])
    np.testing.assert_array_equal(encoding.matrix(as_floats), [[1, 0]])


def test_an_encoding_comes_back_from_json():
    encoding = Encoding.learn(table(x=[1, 2], c=["p", "q"]), leave_out=())
    assert Encoding.from_record(json.loads(json.dumps(encoding.record()))) == encoding


def test_order_and_extra_columns_of_a_later_table_do_not_matter():
    encoding = Encoding.learn(table(x=[1, 2], c=["p", "q"]), leave_out=())
    later = table(extra=[None], c=["q"], x=[5])
    np.testing.assert_array_equal(encoding.matrix(later), [[5, 0, 1]])


WRONG = {
    "missing number": ("x,y\n1,0\n,1\n", r"line 3, column 'x': the value is missing\. try"),
    "missing numbers": ("x,y\n1,0\n,1\n2,2\nNA,3\n", r"line 3.*missing \(2 rows lack it\)"),
    "missing text": ("x,y\na,0\n,1\na,2\n", "line 3, column 'x': the value is missing"),
    "all missing": ("x,y\n,0\n,1\n", "column 'x': every value is missing"),
    "text in numbers": ("x,y\n1,0\n2,1\n\n1O,2\n", r"line 5, column 'x' \(='1O'\): this is text"),
    "word for none": ("x,y\n1,0\n2,1\n\n?,2\n", "line 5, column 'x': the value is missing"),
    "dates": ("x,y\n2024-01-31,0\n2024-02-01,1\n", r"line 2, column 'x' .*this is a date"),
    "per cent": ("x,y\n10%,0\n20%,1\n", r"line 2, column 'x' \(='10%'\): per cent signs stand"),
    "thousands": ('x,y\n"1,200",0\n900,1\n', r"line 2, column 'x' \(='1,200'\): commas stand"),
    "square too large": ("x,y\n1,0\n2e160,1\n", "line 3, column 'x'.*its square is beyond"),
    "400 digits": (f"x,y\n1,0\n{'9' * 400},1\n", "line 3, column 'x'.*infinite or too large"),
    "infinite": ("x,y\n1,0\ninf,1\n", r"line 3, column 'x' \(=inf\): the number is infinite"),
    "too large": ("x,y\n1,0\n-1e999,1\n", r"line 3, column 'x'.*infinite or too large"),
    "decimal commas": ("x;y\n1,5;0\n2,5;1\n", r"line 2, column 'x' \(='1,5'\): commas"),
    "identifiers": (
        "x,y\n" + "".join(f"name{n},0\n" for n in range(30)),
        "column 'x': its 30 rows hold 30 different values",
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_named_with_line_and_column(tmp_path, content, message):
    path = tmp_path / "data.csv"
    path.write_text(content)
    read = read_table(path, strict=True)
    with pytest.raises(InputError, match=message) as caught:
        Encoding.learn(read, leave_out=["y"], strict=True).matrix(read)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        np.array([1 + 2j, 0]),
        pd.to_timedelta(["1 days", "2 days"]),
        [[1, 2], [3, 4]],
        [{"a": 1}, {"a": 2}],
        [b"a", b"b"],
    ],
    ids=["complex", "durations", "lists", "records", "bytes"],
)
@pytest.mark.parametrize("strict", [True, False])
def test_what_is_neither_number_nor_text_nor_date_is_refused(values, strict):
    given = table(x=values, y=[1, 2])
    with pytest.raises(InputError, match=r"column 'x'.*no plain number"):
        Encoding.learn(given, leave_out=["y"], strict=strict).matrix(given)


def test_an_unknown_category_names_its_row_and_the_known_ones():
    encoding = Encoding.learn(table(city=["Oslo", "Rome"]), leave_out=())
    message = r"row 1, column 'city' \(='Bonn'\): the model was not trained with this category"
    with pytest.raises(InputError, match=message + r"\. try: one of 'Oslo', 'Rome'\."):
        encoding.matrix(table(city=["Rome", "Bonn"]))


def test_a_column_that_the_model_needs_is_asked_for():
    encoding = Encoding.learn(table(area=[1.0, 2.0]), leave_out=())
    with pytest.raises(InputError, match=r"has no column 'area'\. try: 'Area'"):
        encoding.matrix(table(Area=[3.0]))


def test_names_that_do_not_exist_are_refused():
    given = table(price=[1.0, 2.0], area=[1.0, 3.0])
    with pytest.raises(InputError, match=r"no column 'pric'\. try: 'price'"):
        Encoding.learn(given, leave_out=["pric"])
    with pytest.raises(InputError, match=r"no column 'citi'"):
        Encoding.learn(given, leave_out=["price"], categorical=["citi"])
    with pytest.raises(InputError, match="no column that could be an input"):
        Encoding.learn(given, leave_out=["price", "area"])


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no", "yes"], "classification"),
        ([True, False, True], "classification"),
        ([0, 1, 1, 0], "classification"),
        ([0.0, 1.0, 1.0, 0.0], "classification"),
        ([0, 1, 2] * 5, "classification"),
        ([0, 1, 2], "regression"),
        ([0.5, 1.5] * 10, "regression"),
        (list(range(100)), "regression"),
    ],
)
def test_the_task_follows_the_target(values, task):
    chosen, why = infer_task(table(y=values), ["y"])
    assert chosen == task
    assert "'y'" in why.en
    assert "'y'" in why.zh


def test_several_targets_are_regression():
    given = table(a=[0, 1], b=[1.5, 2.5])
    assert infer_task(given, ["a", "b"])[0] == "regression"
    target = learn_target(given, ["a", "b"], "regression")
    np.testing.assert_array_equal(target.encode(given), [[0, 1.5], [1, 2.5]])
    np.testing.assert_array_equal(target.decode(target.encode(given)), [[0, 1.5], [1, 2.5]])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["0,5", "1,5", "0,5"], "commas stand in its numbers"),
        (["1,200", "1,300", "1,200"], "commas stand in its numbers"),
        (["10%", "20 %", "10%"], "per cent signs stand in its numbers"),
        (["$3", "$4", "$3"], "other signs than digits and a point stand in its numbers"),
        (["1 200", "1 300", "1 200"], "other signs than digits and a point stand"),
    ],
)
def test_numbers_written_for_people_never_become_classes(values, message):
    given = table(y=values)
    with pytest.raises(InputError, match=rf"row 0, column 'y'.*{message}"):
        infer_task(given, ["y"])
    with pytest.raises(InputError, match=rf"row 0, column 'y'.*{message}"):
        learn_target(given, ["y"], "classification")


@pytest.mark.parametrize(
    "record",
    [
        {"task": "classification", "names": ["y"], "classes": ["a"]},
        {"task": "classification", "names": ["y"], "classes": ["a", "b", "a"]},
        {"task": "classification", "names": ["y"], "classes": [1, 1.0]},
        {"task": "classification", "names": ["y"], "classes": [True, 1]},
        {"task": "classification", "names": ["y"], "classes": [float("nan"), 1.0]},
        {"task": "classification", "names": ["y"], "classes": [["a"], ["b"]]},
        {"task": "classification", "names": ["y", "z"], "classes": ["a", "b"]},
        {"task": "regression", "names": "y"},
        {"task": "regression", "names": ["y", "y"]},
        {"task": "regression", "names": []},
        {"task": "regression", "names": [3]},
    ],
)
def test_a_record_of_no_target_is_refused(record):
    with pytest.raises((TypeError, ValueError)):
        target_from(record)


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "magic", "name": "x"},
        {"kind": "numeric"},
        {"kind": "numeric", "name": 3},
        {"kind": "numeric", "name": "x", "fill": "1"},
        {"kind": "numeric", "name": "x", "fill": True},
        {"kind": "numeric", "name": "x", "says_missing": 1},
        {"kind": "numeric", "name": "x", "more": 1},
        {"kind": "date", "name": "x", "format": 3},
        {"kind": "categorical", "name": "x", "categories": "ab"},
        {"kind": "categorical", "name": "x", "categories": []},
        {"kind": "categorical", "name": "x", "categories": ["a", "a"]},
        {"kind": "categorical", "name": "x", "categories": [1]},
        {"kind": "categorical", "name": "x", "categories": ["a"], "fill": "b"},
    ],
)
def test_a_record_of_no_column_is_refused(record):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Encoding.from_record([record])


def test_a_record_with_one_column_twice_is_refused():
    with pytest.raises(ValueError, match="stands once"):
        Encoding.from_record([{"kind": "numeric", "name": "x"}] * 2)


@pytest.mark.parametrize(
    "values",
    [["no", "yes", "no"], [True, False, True], [3, 1, 2], [1.5, 2.5, 1.5], ["b", "c", "a"]],
)
def test_classes_come_back_as_they_were_given(values):
    given = table(y=values)
    target = learn_target(given, ["y"], "classification")
    decoded = target.decode(target.encode(given))
    assert decoded.tolist() == values
    assert target.probabilities(target.encode(given)).shape == (3, len(set(values)))
    assert target_from(json.loads(json.dumps(target.record()))) == target


def test_two_classes_need_one_output_and_three_need_three():
    assert ClassificationTarget(("y",), ("a", "b")).outputs == 1
    assert ClassificationTarget(("y",), ("a", "b", "c")).outputs == 3
    assert RegressionTarget(("y", "z")).outputs == 2


@pytest.mark.parametrize(
    ("values", "task", "message"),
    [
        (["a", "a"], "classification", "every row has the same value, a"),
        ([7, 7], "regression", "every row has the same value, 7"),
        ([1.0, None], "regression", "row 1, column 'y': the value is missing"),
        (["1", "2", "x"], "regression", r"row 2, column 'y' \(='x'\): this is text"),
        (list(np.arange(50) / 7), "classification", "too many for categories"),
        ([1.0, 2.0], "ranking", "it is not one of classification, regression"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(values, task, message):
    with pytest.raises(InputError, match=message):
        learn_target(table(y=values), ["y"], task)


def test_target_columns_are_checked():
    given = table(price=[1.0, 2.0], area=[1.0, 3.0])
    with pytest.raises(InputError, match=r"no column 'pric'\. try: 'price'"):
        learn_target(given, ["pric"], "regression")
    with pytest.raises(InputError, match="name each column once"):
        learn_target(given, ["price", "price"], "regression")
    with pytest.raises(InputError, match="classification predicts one column"):
        learn_target(given, ["price", "area"], "classification")


def test_a_class_that_was_not_there_in_training_is_named():
    target = learn_target(table(y=["a", "b"]), ["y"], "classification")
    with pytest.raises(InputError, match=r"row 0, column 'y' \(='c'\): this is no class"):
        target.encode(table(y=["c"]))


def test_the_columns_of_texts_are_told_by_name():
    learnt = Encoding.learn(table(area=[50, 70], city=["Rome", "Oslo"], new=[True, False]), ())
    assert learnt.text_columns == ("city",)
