"""The task follows the target, classes come back as they were given, and no target is guessed."""

import json

import numpy as np
import pytest

from clearprop._errors import InputError
from clearprop.data import (
    ClassificationTarget,
    RegressionTarget,
    as_table,
    infer_task,
    learn_target,
)
from clearprop.data.targets import target_from


def table(**columns):
    return as_table(columns)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no", "yes"], "classification"),
        ([True, False, True], "classification"),
        ([0, 1, 1, 0], "classification"),
        ([0.0, 1.0, 1.0, 0.0], "classification"),
        ([0, 1, 2] * 5, "classification"),
        ([0, 1, 2], "regression"),
        ([0.25, 1.25] * 10, "regression"),
        ([0.75, 1.75] * 10, "regression"),
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
    "values",
    [
        ["no", "yes", "no"],
        [True, False, True],
        [3, 1, 2],
        [1.5, 2.5, 1.5],
        [1.5, 3.5, 1.5],
        ["b", "c", "a"],
    ],
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
