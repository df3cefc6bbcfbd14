"""The page on checking names every mistake; the example finds its own."""

import runpy
from pathlib import Path

from clearprop.check import MISTAKES

ROOT = Path(__file__).parents[2]


def test_the_page_lists_every_mistake_with_its_title():
    page = (ROOT / "docs" / "checking-your-gradients.md").read_text("utf-8")
    for name in MISTAKES:
        assert f"| `{name}` | {MISTAKES[name].title.en} |" in page


def test_the_example_finds_its_mistake_and_its_correction(capsys):
    runpy.run_path(str(ROOT / "examples" / "check_backpropagation.py"), run_name="__main__")
    printed = capsys.readouterr().out
    assert "the error was propagated through already updated weights" in printed
    assert "η = 0.3" in printed
    assert "Every gradient is right" in printed
    assert "The gradient is right" in printed
