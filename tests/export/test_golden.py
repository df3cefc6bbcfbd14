"""The files that a person has read are the files that are written; golden.py writes them anew."""

import pytest

from clearprop.export import TARGETS
from export.golden import FILES, FOLDER, text_of


def test_every_target_has_a_file_that_was_read():
    assert set(FILES) == set(TARGETS)
    assert {path.name for path in FOLDER.iterdir()} == {name for name, _ in FILES.values()}


@pytest.mark.parametrize("to", TARGETS)
def test_the_file_is_the_one_that_was_read(to):
    if TARGETS[to].binary:
        pytest.importorskip("onnx", "1.20")  # earlier ones print names without quotes
    assert text_of(to) == (FOLDER / FILES[to][0]).read_text(encoding="utf-8")
