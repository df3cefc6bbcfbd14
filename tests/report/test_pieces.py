"""The pieces of a report: markup, numbers, pictures."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.report.formatting import Markup, element, fixed, joined, number, percent
from clearprop.report.pictures import svg
from pages import read

TEXT = st.text(st.characters(exclude_categories=["C"]))


@given(TEXT)
def test_text_comes_back_as_it_went_in(text):
    (paragraph,) = read(element("p", text)).all("p")
    assert paragraph.text == text
    assert not paragraph.all("script")


@given(TEXT)
def test_attributes_come_back_as_they_went_in(text):
    (paragraph,) = read(element("p", title=text)).all("p")
    assert paragraph.attributes == {"title": text}


@given(st.text(st.characters(categories=["C"]), min_size=1))
def test_what_html_forbids_becomes_a_question_mark(text):
    shown = element("p", text.replace("\n", "").replace("\t", "") + "\0")
    shown.encode()  # lone surrogates could not be written
    assert set(shown[3:-4]) == {"�"}


def test_markup_is_not_escaped_again():
    assert element("p", element("b", "&")) == "<p><b>&amp;</b></p>"
    assert joined("<", [Markup("<br>"), ["&"]]) == "&lt;<br>&amp;"
    assert element("br") == "<br>"


@given(st.floats(-1e300, 1e300))
def test_a_number_says_its_first_four_digits(value):
    shown = number(value)
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    plain = shown.replace("×10", "e").translate(raised).replace(",", "")
    assert float(plain) == pytest.approx(value, rel=6e-4, abs=0)
    assert len(shown) <= 16


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (0.0, "0"),
        (1234567.0, "1,234,567"),
        (410.04, "410.0"),
        (-0.00012, "−0.0001200"),
    ],
)
def test_numbers_that_are_special(value, shown):
    assert number(value) == shown


def test_what_does_not_exist_is_a_dash():
    assert [fixed(None), fixed(math.nan), percent(None), percent(math.nan)] == ["–"] * 4


def draw(figure):
    ax = figure.add_subplot()
    ax.plot([0, 1, 2], [1.23456789, 2, 0], "o-", label="损失 <&>")
    ax.set_xlim(0, 1)
    ax.legend()


def test_a_picture_refers_to_nothing_but_itself():
    pictures = [svg(draw, (4, 3), "zh", "caption", name) for name in ("a", "b")]
    ids = [set(re.findall(r' id="([^"]+)"', picture)) for picture in pictures]
    assert ids[0]
    assert not ids[0] & ids[1]
    for picture, own in zip(pictures, ids, strict=True):
        assert set(re.findall(r'href="#([^"]+)"', picture)) <= own
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= own
        assert "<metadata" not in picture
        assert "<?xml" not in picture
        assert "<!DOCTYPE" not in picture


def test_text_of_a_picture_stays_text_and_is_escaped():
    picture = svg(draw, (4, 3), "zh", "caption", "a")
    assert "损失 &lt;&amp;&gt;" in picture


def test_coordinates_are_as_fine_as_paper_shows():
    picture = svg(draw, (4, 3), "en", "caption", "a")
    lines = " ".join(re.findall(r' d="([^"]+)"', picture))
    assert not re.search(r"\.\d{3}", lines)
    assert re.search(r"M [\d.]+ [\d.]+ L [\d.]+ [\d.]+", lines)
