"""The columns of a table become the inputs of a network, and come back from JSON."""

import json

import numpy as np
import pytest

from clearprop._errors import InputError
from clearprop.data import (
    Encoding,
    as_table,
)


def table(**columns):
    return as_table(columns)


def test_numbers_stay_and_categories_become_one_hot():
    given = table(area=[50, 70, 60], city=["Rome", "Oslo", "Rome"], new=[True, False, True])
    encoding = Encoding.learn(given, leave_out=())
    assert encoding.features == ("area", "city=Oslo", "city=Rome", "new")
    expected = [[50, 0, 1, 1], [70, 1, 0, 0], [60, 0, 1, 1]]
    np.testing.assert_array_equal(encoding.matrix(given), expected)


def test_an_encoding_comes_back_from_json():
    encoding = Encoding.learn(table(x=[1, 2], c=["p", "q"]), leave_out=())
    assert Encoding.from_record(json.loads(json.dumps(encoding.record()))) == encoding


def test_order_and_extra_columns_of_a_later_table_do_not_matter():
    encoding = Encoding.learn(table(x=[1, 2], c=["p", "q"]), leave_out=())
    later = table(extra=[None], c=["q"], x=[5])
    np.testing.assert_array_equal(encoding.matrix(later), [[5, 0, 1]])


def test_a_column_that_the_model_needs_is_asked_for():
    encoding = Encoding.learn(table(area=[1.0, 2.0]), leave_out=())
    with pytest.raises(InputError, match=r"there is no column 'area'\. try: 'Area'"):
        encoding.matrix(table(Area=[3.0]))


def test_names_that_do_not_exist_are_refused():
    given = table(price=[1.0, 2.0], area=[1.0, 3.0])
    with pytest.raises(InputError, match=r"no column 'pric'\. try: 'price'"):
        Encoding.learn(given, leave_out=["pric"])
    with pytest.raises(InputError, match=r"no column 'citi'"):
        Encoding.learn(given, leave_out=["price"], categorical=["citi"])
    with pytest.raises(InputError, match="no column that could be an input"):
        Encoding.learn(given, leave_out=["price", "area"])


def test_a_record_with_one_column_twice_is_refused():
    with pytest.raises(ValueError, match="stands once"):
        Encoding.from_record([{"kind": "numeric", "name": "x"}] * 2)


def test_the_columns_of_texts_are_told_by_name():
    learnt = Encoding.learn(table(area=[50, 70], city=["Rome", "Oslo"], new=[True, False]), ())
    assert learnt.text_columns == ("city",)
