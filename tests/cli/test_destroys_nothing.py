"""No command destroys what it is given, nor a file that it did not write."""

import os

import pytest

TRAIN = ["train", "houses.csv", "--target", "price"]
PREDICT = ["predict", "price.clearprop", "houses.csv"]
REPORT = ["report", "price.clearprop", "houses.csv"]
EXPLAIN = ["explain", "price.clearprop", "houses.csv"]
DESCRIBED = ["explain", "--layers", "2-1", "--x", "1,2", "--y", "1", "--weights", "weights.json"]
EXPORT = ["export", "price.clearprop", "--to", "c"]
GRAPH = ["graph", "a*b", "a=2", "b=3"]
CHECK = ["check", "scripts", "--rubric", "rubric.toml"]
PLAY = ["play", "price.clearprop", "houses.csv"]

COMMANDS = [
    [*TRAIN, "--out", "houses.csv"],
    [*TRAIN, "--out", "./scripts/../houses.csv"],
    [*TRAIN, "--out", "link.csv"],
    [*TRAIN, "--out", "hard.csv"],
    [*TRAIN, "--out", "houses.csv", "--force"],
    [*TRAIN, "--out", "own.txt"],
    [*TRAIN, "--out", "own.clearprop"],
    ["train", "page.html", "--target", "price", "--out", "page.clearprop"],
    ["train", "page.html", "--target", "price", "--out", "page.clearprop", "--force"],
    ["train", "houses.csv", "--target", "price", "--out", "page.clearprop"],
    [*PREDICT, "--out", "houses.csv"],
    [*PREDICT, "--out", "price.clearprop"],
    [*PREDICT, "--out", "price.clearprop", "--force"],
    [*PREDICT, "--out", "kind.clearprop"],
    [*PREDICT, "--out", "own.txt"],
    [*PREDICT, "--out", "other.csv"],
    [*PREDICT, "--out", "hard.csv", "--force"],
    [*REPORT, "--out", "houses.csv"],
    [*REPORT, "--out", "price.clearprop"],
    [*REPORT, "--out", "page.html"],
    [*EXPLAIN, "--out", "houses.csv", "--format", "text"],
    [*EXPLAIN, "--out", "price.clearprop", "--format", "json"],
    [*EXPLAIN, "--out", "page.html"],
    [*EXPORT, "--out", "houses.csv"],
    [*EXPORT, "--out", "price.clearprop"],
    [*EXPORT, "--out", "price.clearprop", "--force"],
    [*EXPORT, "--out", "own.txt"],
    [*EXPORT, "--out", "hard.csv"],
    [*DESCRIBED, "--out", "weights.json"],
    [*DESCRIBED, "--out", "weights.json", "--force"],
    [*DESCRIBED, "--out", "own.txt"],
    [*GRAPH, "--out", "own.txt"],
    [*GRAPH, "--out", "price.clearprop"],
    [*PLAY, "--out", "houses.csv"],
    [*PLAY, "--out", "price.clearprop", "--force"],
    [*PLAY, "--out", "page.html"],
    [*CHECK, "--out", "rubric.toml"],
    [*CHECK, "--out", "scripts/alice.py"],
    [*CHECK, "--out", "own.txt"],
    [*CHECK, "--out", "rubric.toml", "--force"],
    [*CHECK, "--out", "scripts/alice.py", "--force"],
    [*CHECK, "--out", "hard.py", "--force"],
    ["demo", "--folder", "demo"],
]
FORCED = [
    [*TRAIN, "--out", "own.txt"],
    [*TRAIN, "--out", "own.clearprop"],
    ["train", "houses.csv", "--target", "price", "--out", "page.clearprop"],
    [*PREDICT, "--out", "kind.clearprop"],
    [*PREDICT, "--out", "own.txt"],
    [*PREDICT, "--out", "other.csv"],
    [*REPORT, "--out", "page.html"],
    [*EXPLAIN, "--out", "page.html"],
    [*DESCRIBED, "--out", "own.txt"],
    [*GRAPH, "--out", "own.txt"],
    [*GRAPH, "--out", "price.clearprop"],
    [*PLAY, "--out", "page.html"],
    [*CHECK, "--out", "own.txt"],
    [*EXPORT, "--out", "houses.csv"],
    [*EXPORT, "--out", "own.txt"],
    [*EXPORT, "--out", "hard.csv"],
]
"""Those that --force would allow: the file is no input."""


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def own(models):
    """The working folder, with files of one's own among those of clearprop."""
    for name in ("scripts", "demo"):
        (models / name).mkdir()
    (models / "scripts/alice.py").write_text("def gradient():\n    return 0\n")
    (models / "rubric.toml").write_text("[points]\n")
    (models / "weights.json").write_text('{"W1": [[1], [2]], "b1": [0]}')
    (models / "page.html").write_bytes((models / "houses.csv").read_bytes())
    (models / "demo/breast_cancer.csv").write_text("my,own\n1,2\n")
    (models / "own.txt").write_text("a letter\n")
    (models / "own.clearprop").write_text("of another program\n")
    (models / "other.csv").write_text("price,kind\n1,cheap\n")
    os.symlink("houses.csv", models / "link.csv")
    os.link(models / "houses.csv", models / "hard.csv")
    os.link(models / "scripts/alice.py", models / "hard.py")
    return models


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_destroyed(clearprop, own, command):
    before = contents(own)
    code, out, err = clearprop(*command, report=True)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "would be lost" in err
    assert ("--force" in err) == (command in FORCED)
    assert contents(own) == before


AGAIN = [
    [*PREDICT, "--out", "p.csv"],
    [*PREDICT, "--out", "p.parquet"],
    ["predict", "kind.clearprop", "houses.csv", "--probabilities", "--out", "q.csv"],
    [*DESCRIBED, "--out", "d.md"],
    [*EXPORT, "--out", "e.h"],
    ["export", "kind.clearprop", "--to", "formula"],
    [*GRAPH, "--out", "g.svg"],
    PLAY,
    [*TRAIN, "--max-epochs", "2", "--out", "price.clearprop"],
    [*PREDICT, "--out", "own.txt", "--force"],
    [*CHECK, "--out", "own.txt", "--force"],
]


@pytest.mark.parametrize("command", AGAIN, ids=" ".join)
def test_what_a_command_wrote_it_writes_again(clearprop, own, command):
    for _ in range(2):
        assert clearprop(*command)[0] == 0


def test_a_model_is_trained_where_a_page_of_ones_own_stands_beside_it(clearprop, own):
    code, _, err = clearprop(*TRAIN, "--out", "page.clearprop", report=True)
    assert code == 2
    assert "--no-report" in err
    assert clearprop(*TRAIN, "--out", "page.clearprop", "--max-epochs", "2")[0] == 0


LOCKED = [
    [*TRAIN, "--max-epochs", "2"],
    [*PREDICT, "--out", "p.csv"],
    [*PREDICT, "--out", "p.parquet"],
    REPORT,
    [*EXPLAIN, "--out", "d.md"],
    [*GRAPH, "--out", "g.svg"],
    [*CHECK, "--out", "marks.csv"],
]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
@pytest.mark.parametrize("command", LOCKED, ids=" ".join)
def test_a_folder_that_may_only_be_read_is_one_line(clearprop, own, command):
    before = contents(own)
    own.chmod(0o555)
    try:
        code, out, err = clearprop(*command, report=True)
    finally:
        own.chmod(0o755)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "it may not be written" in err
    assert contents(own) == before
