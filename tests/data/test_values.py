"""The values of a column as numbers or categories: codes among numbers, and mistakes."""

import json

import pytest

from clearprop._errors import InputError
from clearprop.data import Encoding, as_table, infer_task
from notes import notes_of

CODES = {
    "sites": [*"123456789X"] * 6,
    "a word that comes once": [*"34568"] * 18 + ["rotary"],
    "several words": ["1", "2", "3", "none given", "n.a."] * 8,
    "after numbers": [4, 6.0, "rotary", 4, 6, 6, 4, 4, 6, 4, 6, 4, 6, 4, 4, 6, 4, 6],
}


@pytest.mark.parametrize("cells", CODES.values(), ids=CODES)
def test_words_among_few_numbers_that_repeat_make_categories(cells):
    table = as_table({"c": cells, "x": range(len(cells))})
    encoding = Encoding.learn(table, ["x"])
    names = sorted({f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells})
    assert encoding.features == tuple(f"c={name}" for name in names)
    assert notes_of(encoding) == "c: categories, since text stands among the numbers."
    assert Encoding.from_record(json.loads(json.dumps(encoding.record()))) == encoding
    assert infer_task(table, ["c"])[0] == "classification"
    strictly = Encoding.learn(table, ["x"], strict=True)
    with pytest.raises(InputError, match="this is text in a column of numbers"):
        strictly.matrix(table)
    with pytest.raises(InputError, match="this is text in a column of numbers"):
        infer_task(table, ["c"], strict=True)


MISTAKES = {
    "few rows": ["1", "2", "3", "X", "1", "2", "3"],
    "many numbers": [*map(str, range(40)), "X"] * 5,
    "measured": ["1.5", "2.5", "X"] * 20 + ["1.5"],
    "a slip": ["1", "2"] * 40 + ["1O"],
    "two slips": ["1", "2"] * 40 + ["1O", "2l"],
    "slips in many rows": ["1", "2"] * 400 + ["1O", "2l", "3a"],
    "no letter": ["1", "2"] * 40 + ["<>"],
    "infinite": ["1", "2"] * 40 + ["inf"],
}


@pytest.mark.parametrize("cells", MISTAKES.values(), ids=MISTAKES)
def test_other_text_among_numbers_is_a_mistake(cells):
    with pytest.raises(InputError, match=r"this is text in a column of numbers|is infinite"):
        Encoding.learn(as_table({"c": cells}), ())


@pytest.mark.parametrize(("slips", "said"), [(1, "numbers."), (2, "numbers, as 2 of 82 are.")])
def test_it_is_said_how_many_cells_are_text(slips, said):
    cells = ["1", "2"] * 40 + ["1O", "2l"][:slips]
    with pytest.raises(InputError) as error:
        Encoding.learn(as_table({"c": cells}), ())
    assert f"this is text in a column of {said}" in str(error.value)
