"""What the site makes of its sources."""

import runpy
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "tools" / "site"


@pytest.mark.parametrize(
    ("before", "text", "after", "whole"),
    [
        ("", "一行，\n又一行", "", "一行，又一行"),
        ("推", "\n", "导", ""),
        ("。", "\n", "clearprop", ""),
        ("由", "\n", "clearprop", "\n"),
        ("", "one line,\nanother", "", "one line,\nanother"),
        ("", "数组\nW\n的形状", "", "数组\nW\n的形状"),
    ],
)
def test_chinese_lines_are_joined_without_a_space(before, text, after, whole):
    joined = runpy.run_path(str(SITE / "breaks.py"))["joined"]
    assert joined(before, text, after) == whole
