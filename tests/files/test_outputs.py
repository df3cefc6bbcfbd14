"""An output never destroys what a command is given, nor a file of another kind."""

import os

import pandas as pd
import pytest

from clearprop._errors import InputError
from clearprop.files import STANDARD, check_output, write_container
from clearprop.files.outputs import is_derivation, is_model, is_page, is_table_of


def anything(_):
    return True


def nothing(_):
    return False


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text("x,y\n1,2\n")
    (tmp_path / "folder").mkdir()
    return tmp_path / "table.csv"


def as_link(table):
    os.symlink(table, "link.csv")
    return "link.csv"


def as_hard_link(table):
    os.link(table, "hard.csv")
    return "hard.csv"


def through_a_link_to_the_folder(table):
    os.symlink(table.parent, "here")
    return "here/table.csv"


def in_other_case(table):
    if not os.path.exists("TABLE.CSV"):
        pytest.skip("this file system tells case apart")
    return "TABLE.CSV"


NAMES = [
    str,
    lambda table: table.name,
    lambda table: f"./folder/../{table.name}",
    as_link,
    as_hard_link,
    through_a_link_to_the_folder,
    in_other_case,
]


@pytest.mark.parametrize("spelled", NAMES)
@pytest.mark.parametrize("force", [False, True])
def test_an_input_is_no_output_under_any_name(table, spelled, force):
    path = spelled(table)
    with pytest.raises(InputError, match="it is an input of this command"):
        check_output(path, anything, [None, "absent", table], force=force)
    with pytest.raises(InputError, match="it is an input of this command"):
        check_output(table, anything, [path], force=force)


def test_the_table_at_standard_input_is_an_input(table, monkeypatch):
    with table.open() as file:
        before = os.dup(0)
        os.dup2(file.fileno(), 0)
        try:
            with pytest.raises(InputError, match="it is an input"):
                check_output(table, anything, [STANDARD])
        finally:
            os.dup2(before, 0)
            os.close(before)


def test_a_file_of_another_kind_is_replaced_by_force_only(table):
    with pytest.raises(InputError, match=r"a file of another kind .*--force"):
        check_output(table, nothing)
    check_output(table, nothing, force=True)
    check_output(table, anything)


def test_new_and_empty_files_devices_and_standard_output_are_free(table):
    (table.parent / "empty").touch()
    for path in ("new", "empty", os.devnull, STANDARD):
        check_output(path, nothing, [table])


DERIVATION = ["explain", "--layers", "2-1", "--x", "1,2", "--y", "3", "--out"]
KINDS = {
    "model": is_model,
    "page": is_page,
    "derivation": is_derivation,
    "table": is_table_of(["x", "y"]),
}


@pytest.fixture
def files(table):
    """A file of every kind that is written, by its kind, and others."""
    from clearprop.cli.app import run

    write_container("model", {}, {"a": 1})
    for name in ("d.txt", "d.md", "d.tex", "d.json"):
        assert run([*DERIVATION, name]) == 0
    assert run([*DERIVATION, "zh.md", "--lang", "zh"]) == 0
    assert run([*DERIVATION, "cell.html", "--format", "notebook"]) == 0
    assert run([*DERIVATION, "page.html"]) == 0
    for name in ("graph.txt", "graph.svg"):
        assert run(["graph", "a*b", "a=2", "b=3", "--out", name]) == 0
    pd.DataFrame({"x": [1], "y": [2]}).to_parquet("t.parquet")
    (table.parent / "marked.csv").write_bytes("\ufeffx,y\n1,2\n".encode())
    (table.parent / "other.csv").write_text("x,z\n1,2\n")
    (table.parent / "own.html").write_text("<!doctype html><title>mine</title>")
    (table.parent / "own.tex").write_text("\\documentclass{article}")
    (table.parent / "own.json").write_text('{"a": 1}')
    (table.parent / "own.txt").write_text("notes\non derivations")
    (table.parent / "bytes").write_bytes(bytes(range(256)))
    return {
        "model": {"model"},
        "page": {"page.html"},
        "derivation": {"d.txt", "d.md", "d.tex", "d.json", "zh.md", "cell.html", "page.html",
                       "graph.txt", "graph.svg"},
        "table": {"table.csv", "t.parquet", "marked.csv"},
    }  # fmt: skip


def test_each_kind_is_told_from_all_others(files, table):
    every = {path.name for path in table.parent.iterdir() if path.is_file()}
    assert set().union(*files.values()) < every
    for kind, expected in files.items():
        assert {name for name in every if KINDS[kind](table.parent / name)} == expected
