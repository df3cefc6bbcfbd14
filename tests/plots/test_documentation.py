"""The pictures that the documentation shows can be drawn again."""

import runpy
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).parents[2] / "docs/pictures/draw.py"


def test_the_gallery_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(tmp_path)])
    runpy.run_path(str(SCRIPT), run_name="__main__")
    assert (tmp_path / "plots.png").stat().st_size > 50_000
