"""Sheets are marked as a careful person marks them: one slip costs one step, and is named."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.teach import Asked, begin, mark, step, worksheet
from clearprop.teach.feedback import feedback_page
from clearprop.teach.intervals import written
from clearprop.teach.steps import Quantity

from .students import right_answers, with_mistake, works_on

SECRET = b"a secret of this class alone"
RELU = Asked((2, 2, 1), ("relu", "sigmoid"), lang="zh")
TANH = Asked((2, 3, 2), ("tanh", "sigmoid"), samples=2)
CLASS = [f"student {number}" for number in range(30)]


@pytest.fixture(scope="module")
def sheets():
    """Thirty sheets of one class."""
    return [worksheet(RELU, SECRET, student) for student in CLASS]


def test_every_student_has_other_numbers_and_the_same_ones_again(sheets):
    codes = {sheet.sheet.code for sheet in sheets}
    numbers = {sheet.sheet.problem.params.vector.tobytes() for sheet in sheets}
    assert len(codes) == len(numbers) == len(CLASS)
    again = worksheet(RELU, SECRET, CLASS[3])
    assert again.sheet.code == sheets[3].sheet.code
    assert right_answers(again) == right_answers(sheets[3])
    assert worksheet(RELU, b"another secret, as long", CLASS[3]).sheet.code not in codes


SLIPS = [
    ("", "", None),
    ("z1", "sign_lost", lambda v: -v),
    ("z2", "decimal_point", lambda v: v / 10),
    ("L", "factor_of_loss", lambda v: 2 * v),
    ("new_W2", "sign_lost", lambda v: -v),
    ("a2", "", lambda v: v + 0.07),
]
"""A slip of each kind: where, what it is called, what it does."""


def test_a_class_of_thirty_is_marked_as_a_careful_person_marks_it(sheets):
    """Each student makes one of the slips, or none, and rounds everything."""
    for number, sheet in enumerate(sheets):
        where, name, slip = SLIPS[number % len(SLIPS)]
        marked = mark(sheet, works_on(sheet, where, slip))
        wrong = [one for one in marked.marks if one.is_wrong]
        assert [one.blank.name for one in wrong] == ([where] if where else []), number
        if where:
            assert wrong[0].mistake == name, number
        lost = sum(1 - one.points for one in wrong)
        assert marked.points == pytest.approx(marked.most - lost)
        assert "missing" not in {verdict for one in marked.marks for verdict in one.verdicts}


SQUARE = Asked((2, 2, 2), ("tanh", "sigmoid"))


@pytest.mark.parametrize(
    ("name", "asked"),
    [("relu_mask", RELU), ("derivative_left_out", SQUARE), ("weights_not_transposed", SQUARE),
     ("power_in_derivative", RELU), ("gradient_transposed", RELU), ("updated_weights", RELU)],
)  # fmt: skip
def test_a_known_mistake_is_named_where_it_was_made(name, asked, sheets):
    several = (
        sheets[:4]
        if asked is RELU
        else [worksheet(SQUARE, SECRET, "a"), worksheet(SQUARE, SECRET, "b")]
    )
    found = [(sheet, with_mistake(sheet, name)) for sheet in several]
    shown = [(sheet, made) for sheet, made in found if made is not None]
    assert shown, name
    for sheet, (where, answers) in shown:
        marked = mark(sheet, answers)
        assert marked.first_wrong is not None
        assert marked.first_wrong.blank.name == where
        assert marked.first_wrong.mistake == name


def test_a_batch_is_marked_too():
    sheet = worksheet(TANH, SECRET, "one of them")
    assert mark(sheet, works_on(sheet)).points == len(list(sheet.blanks))
    made = with_mistake(sheet, "average_missing")
    assert made is not None
    first = mark(sheet, made[1]).first_wrong
    assert first is not None
    assert (first.blank.name, first.mistake) == (made[0], "average_missing")


@pytest.mark.parametrize("digits", [3, 4, 6])
def test_rounding_is_never_a_mistake(sheets, digits):
    for sheet in sheets[:8]:
        marked = mark(sheet, works_on(sheet, digits=digits))
        assert marked.points == marked.most


def test_few_digits_excuse_nothing(sheets):
    right = float(right_answers(sheets[0])["a2"][0])
    answers = right_answers(sheets[0]) | {"a2": [f"{right + 0.03:.1f}"], "L": ["1"]}
    wrong = {one.blank.name for one in mark(sheets[0], answers).marks if one.is_wrong}
    assert wrong == {"a2", "L"}


def test_what_is_missing_earns_nothing_and_costs_nothing_else(sheets):
    answers = right_answers(sheets[1])
    del answers["z2"]
    answers["dW1"] = answers["dW1"][:2]
    marked = mark(sheets[1], answers)
    by_name = {one.blank.name: one for one in marked.marks}
    assert by_name["z2"].verdicts == ("missing",)
    assert by_name["dW1"].points == 0.5
    assert marked.points == marked.most - 1.5
    assert mark(sheets[1], {}).points == 0
    assert mark(sheets[1], {"z1": "nonsense", "a1": ["x", None], "q": [1]}).points == 0


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("0.25", 0.25, 0.01), ("−1,5", -1.5, 0.1), ("3/4", 0.75, 0), ("２．５", 2.5, 0.1),
     ("1e-3", 1e-3, 1e-3), (".5", 0.5, 0.1), ("7", 7, 1), ("1/0", np.nan, 0), ("", np.nan, 0),
     ("1e999", np.nan, 0), ("--2", np.nan, 0)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, value, unit):
    found = written(text)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert found.unit == pytest.approx(unit)


def test_no_mistake_is_named_that_the_digits_cannot_tell(sheets):
    sheet = sheets[0]
    answers = works_on(sheet, "dW1", lambda value: value + np.eye(*value.shape) * 0.1, digits=2)
    unread = right_answers(sheet) | {"dW1": ["ㄟㄝㄥ"] * 4, "z1": ["?"] * 2}
    assert mark(sheet, answers).first_wrong.blank.name == "dW1"
    assert mark(sheet, answers).first_wrong.mistake == ""
    wrong = [one for one in mark(sheet, unread).marks if one.is_wrong]
    assert [(one.mistake, one.explained.en) for one in wrong] == [
        ("", "it cannot be read as a number"),
    ] * 2


def test_the_page_of_feedback_shows_the_first_wrong_step_and_its_derivation(sheets):
    sheet = sheets[2]
    page = feedback_page(mark(sheet, works_on(sheet, "delta2", lambda v: -v)))
    assert "最先出错的一步：δ2" in page
    assert "符号错了" in page
    assert "按你前面的数计算正确" in page
    assert "<math" in page
    assert "全部正确" in feedback_page(mark(sheet, works_on(sheet)))
    english = feedback_page(mark(sheet, works_on(sheet, "z1", lambda v: v + 0.3)), "en")
    assert "The first wrong step: z1" in english
    assert "No known mistake gives your numbers" in english


def test_answers_cannot_become_markup(sheets):
    page = feedback_page(mark(sheets[0], {"z1": ["<script>x</script>", "1"]}))
    assert "<script>x" not in page


def test_the_other_kinds_of_questions_are_marked():
    asked = Asked((2, 2, 1), ("relu", "sigmoid"), blanks=("shapes", "order", "mistake", "formula"))
    sheet = worksheet(asked, SECRET, "x")
    key = right_answers(sheet)
    for formula in ("(a-y)*a*(1-a)", "(a − y)·a(1 − a)", "（a－y）a（1－a）+ 0·tanh(z)"):
        key["formula"] = [formula]
        assert mark(sheet, key).points == len(list(sheet.blanks)), formula
    for name, wrong in (("shape_dW1", "3×2"), ("order", key["order"][0][::-1]), ("mistake", "Z"),
                        ("formula", "a-y"), ("formula", "__import__('os')")):  # fmt: skip
        found = {one.blank.name: one.points for one in mark(sheet, key | {name: [wrong]}).marks}
        assert found[name] == 0, name
    letters = key["order"][0]
    lines = {line.en.split()[1].rstrip(":"): line.en[0] for _, blank in sheet.blanks
             for line in blank.lines if blank.name == "order"}  # fmt: skip
    first, second = lines["∂L/∂W2"], lines["∂L/∂b2"]  # either may come first
    swapped = letters.translate(str.maketrans({first: second, second: first}))
    assert mark(sheet, key | {"order": [swapped]}).points == len(list(sheet.blanks))


def test_a_dead_unit_is_asked_for_where_there_is_one():
    sheet = worksheet(Asked((2, 3, 1), ("relu", "sigmoid"), blanks=("dead",)), SECRET, "y")
    z = sheet.sheet.key.value(Quantity("z", 1))
    (blank,) = [blank for _, blank in sheet.blanks]
    assert (z[:, int(blank.key[0]) - 1] < 0).all()
    assert mark(sheet, {"dead": blank.key}).points == 1


def test_a_notebook_marks_step_by_step(capsys):
    net = cp.Network(2, [cp.Layer(2, "tanh"), cp.Layer(1, "sigmoid")], reduction="sum")
    params = net.initialize("xavier", seed=0)
    X, Y = [[0.5, -1.0]], [[1.0]]
    trace = net.trace(params, X, Y)
    begin(net, params, X, Y)
    assert step("z1", trace["z1"] * (1 + 3e-16)) == 1  # computed in another order
    assert step("delta2", -trace["delta2"]) == 0
    assert step("dW2", trace["a1"].T @ -trace["delta2"]) == 1
    assert step("delta1", [[0.5, "?"]]) == 0
    assert step("da1", trace["delta2"] @ params["W2"].T * [[2, -1]]) == 0.5
    said = capsys.readouterr().out
    assert "right from your own numbers" in said
    assert "∂L/∂a1: 1 wrong here, 1 right" in said
    with pytest.raises(cp.InputError, match="try:"):
        step("dW9", 1)


@pytest.mark.parametrize(
    "asked",
    [{"digits": 0}, {"samples": 99}, {"learning_rate": -1}, {"sizes": (30, 30, 1)}],
)
def test_what_cannot_be_asked_is_refused(asked):
    plain = {"sizes": (2, 2, 1), "activations": ("tanh", "sigmoid")}
    with pytest.raises(cp.InputError, match="try:"):
        Asked(**(plain | asked))
    with pytest.raises(cp.InputError, match="try:"):
        worksheet(Asked((2, 2, 1), ("tanh", "sigmoid"), blanks=("magic",)), SECRET, "x")


def test_a_unit_that_cannot_die_is_not_asked_for():
    with pytest.raises(cp.InputError, match="relu"):
        worksheet(Asked((2, 3, 1), ("tanh", "sigmoid"), blanks=("dead",)), SECRET, "y")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("≈0.35", 0.35, 0.01), ("z1 = 约 ０．３５", 0.35, 0.01), ("0.35 元。", 0.35, 0.01),
        ("1,234.5", 1234.5, 0.1), ("1，5", 1.5, 0.1), ("1.5*10^-3", 0.0015, 0.0001),
        ("3 x 10⁻⁴", 0.0003, 0.0001), ("½", 0.5, 0.0), ("−1／3", -1 / 3, 0.0), ("12%", 0.12, 0.01),
        ("[-.50]", -0.5, 0.01), ("0.35 (rounded)", 0.35, 0.01), ("不会", np.nan, 0.0),
        ("-", np.nan, 0.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text, value, unit):
    found = written(text)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert found.unit == pytest.approx(unit)
