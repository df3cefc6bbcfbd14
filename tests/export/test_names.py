"""No name and no text of a table gets out of the place where it is written."""

import ast
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from clearprop.export.c_header import WORDS
from clearprop.export.matlab_text import text as matlab_text
from clearprop.export.names import c_literal, comment, identifiers
from clearprop.export.names import literal as js_literal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text(
    "*/\\'\"?%\n\r\t{}<>-!;ab\u2028\u202e", max_size=12
)


@given(st.lists(TEXTS, max_size=8))
def test_identifiers_are_plain_and_differ(texts):
    found = identifiers(texts, "column", WORDS)
    assert len(set(found)) == len(texts)
    for name in found:
        assert re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name)
        assert name not in WORDS


@given(TEXTS)
def test_a_comment_is_one_line_that_cannot_end_it(text):
    shown = comment(text)
    assert not re.search(r"\*/|/\*|\?\?|\\|[\x00-\x1f\x7f\u2028\u2029\u202e\u0085]|-->", shown)


@given(TEXTS)
def test_a_text_of_c_holds_the_bytes_of_utf_8(text):
    written = c_literal(text)
    assert written.isascii()
    assert "??" not in written
    parts = re.fullmatch(r'"((?:[^"\\\n]|\\[0-7]{3}|\\["\\?])*)"', written)
    assert parts is not None
    # C and Python read these escapes alike
    assert ast.literal_eval(f"b{written}".replace("\\?", "?")) == text.encode()


@given(TEXTS)
def test_a_text_of_javascript_reads_back(text):
    written = js_literal(text)
    assert json.loads(written.replace("<\\!", "<!")) == text
    assert "</" not in written
    assert "\u2028" not in written


@given(TEXTS)
def test_a_text_of_matlab_is_one_line_of_closed_quotes(text):
    written = matlab_text(text)
    assert "\n" not in written
    outside = re.sub(r"'(?:[^']|'')*'", "", written)
    assert re.fullmatch(
        r"(\[?)(char\(\d+\)|native2unicode\(uint8\(\[[\d ]+\]\), \)|, )*\]?", outside
    )
