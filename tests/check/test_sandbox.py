"""The circumstances in which a script is checked: what it sees, and what it leaves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clearprop.check.script import belongings, check_file
from clearprop.check.script.sandbox import Limits, own_folder
from clearprop.check.script.walls.limits import MAX_FILE_BYTES

pytestmark = pytest.mark.as_people_start_it

SCRIPTS = Path(__file__).parent / "scripts"
SCRIPT = """
import os
import numpy as np


def loss_and_grad(W1, b1, X, Y):
    said = attempt()
    raise RuntimeError("done: " + str(said))


def attempt():
"""


@pytest.fixture
def attempt(tmp_path):
    """Run a few lines inside a function that is checked, and return what the report says."""

    def run(*lines, **limits):
        path = tmp_path / "script.py"
        path.write_text(SCRIPT + "".join(f"    {line}\n" for line in lines), "utf-8")
        return str(check_file(path, limits=Limits(**limits)))

    return run


REFUSED = (
    "import socket; socket.socket()",
    "import urllib.request; urllib.request.urlopen('http://example.org')",
    "import subprocess; subprocess.run(['true'])",
    "os.system('true')",
    "os.mkdir('/tmp/clearprop-must-not-exist')",
)


def test_what_is_refused_is_said_in_words(attempt):
    said = attempt(
        "said = []",
        f"for line in {REFUSED!r}:",
        "    try:",
        "        said.append(exec(line))",
        "    except Exception as error:",
        "        said.append(str(error).partition(':')[0])",
        "return len(said), set(said)",
    )
    assert f"done: ({len(REFUSED)}, {{'not allowed while code is checked'}})" in said


def test_a_script_writes_in_its_own_folder(attempt):
    assert "done: 5" in attempt("return open('own.txt', 'w').write('hello')")


def test_data_may_be_larger_than_what_a_script_may_write(attempt, tmp_path):
    with (tmp_path / "train-images").open("wb") as data:
        data.truncate(MAX_FILE_BYTES + 1)
    said = attempt("return os.path.getsize('train-images')")
    assert f"done: {MAX_FILE_BYTES + 1}" in said


def test_a_script_sees_none_of_the_environment(attempt, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "1234")
    said = attempt("return sorted(os.environ), os.environ['HOME'], os.getcwd()")
    assert "SECRET" not in said
    assert "HOME" in said
    assert os.environ["HOME"] not in said


def test_there_is_no_screen_to_clear(attempt):
    assert "done: 0" in attempt("return os.system('cls' if os.name == 'nt' else 'clear')")


def test_pauses_are_left_out(attempt):
    assert "done: None" in attempt("import time", "return time.sleep(1000)")


def test_printing_and_exit_handlers_do_no_harm(tmp_path):
    moons = (SCRIPTS / "moons.py").read_text("utf-8")
    path = tmp_path / "noisy.py"
    noise = "import atexit\natexit.register(lambda: os._exit(3))\nprint('x' * 10**6)\n\n\n"
    path.write_text(moons.replace("def sigmoid", noise + "def sigmoid"), "utf-8")
    assert check_file(path).ok


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check_file(SCRIPTS / "moons.py", limits=Limits(without=frozenset({"bubblewrap"})))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_any_depth_is_removed():
    with own_folder() as folder:
        deep = "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')"
        subprocess.run([sys.executable, "-c", deep], cwd=folder, check=True)
    assert not folder.exists()


def test_the_same_seed_repeats_a_check_and_another_draws_anew():
    first, second = (str(check_file(SCRIPTS / "moons.py")) for _ in range(2))
    assert first != second
    seed = int(first.rpartition("Seed ")[2].rstrip("."))
    assert str(check_file(SCRIPTS / "moons.py", seed=seed)) == first


def test_files_beside_a_script_are_lent_up_to_a_limit(tmp_path, monkeypatch):
    home, lent = tmp_path / "home", tmp_path / "lent"
    for folder in (home / "inner", home / ".git", lent):
        folder.mkdir(parents=True)
    (tmp_path / "key").write_text("secret")
    (home / "link").symlink_to(tmp_path / "key")
    for name in ("script.py", "data.csv", "inner/more.csv", ".env", ".git/config"):
        (home / name).write_text("1,2\n")
    assert belongings.copy_files_beside(home / "script.py", lent)
    names = sorted(str(p.relative_to(lent)) for p in lent.rglob("*") if p.is_file())
    assert names == ["data.csv", "inner/more.csv"]
    monkeypatch.setattr(belongings, "MAX_BYTES", 5)
    (lent / "inner" / "more.csv").unlink()
    (home / "data.csv").write_text("1,2,3\n")
    assert not belongings.copy_files_beside(home / "script.py", lent)
    assert (lent / "inner" / "more.csv").exists(), "it is small enough, after one that is not"
    monkeypatch.setattr(belongings, "MAX_FILES", 1)
    assert not belongings.copy_files_beside(home / "script.py", lent)


def test_a_folder_of_many_files_leaves_room_for_the_others(tmp_path, monkeypatch):
    home, lent = tmp_path / "home", tmp_path / "lent"
    for folder in (home / "images", home / "model", lent):
        folder.mkdir(parents=True)
    for name in ("script.py", "tools.py", "images/0.png", "images/1.png", "model/W.csv"):
        (home / name).write_text("1,2\n")
    monkeypatch.setattr(belongings, "MAX_FILES", 3)
    assert not belongings.copy_files_beside(home / "script.py", lent)
    names = sorted(str(p.relative_to(lent)) for p in lent.rglob("*") if p.is_file())
    assert names == ["images/0.png", "model/W.csv", "tools.py"]


def test_modules_of_the_folder_above_and_data_that_are_named_come_before_pictures(
    tmp_path, monkeypatch
):
    around, lent = tmp_path / "around", tmp_path / "lent"
    for name in ("lesson/main.py", "lesson/0.png", "lesson/1.png", "nets/layers.py", "marks.csv"):
        (around / name).parent.mkdir(parents=True, exist_ok=True)
        (around / name).write_text("open('../marks.csv')\n")
    monkeypatch.setattr(belongings, "MAX_FILES", 3)
    assert not belongings.copy_files_beside(around / "lesson" / "main.py", lent, around)
    names = sorted(str(p.relative_to(lent)) for p in lent.rglob("*") if p.is_file())
    assert names == ["lesson/0.png", "marks.csv", "nets/layers.py"]


def test_of_a_large_folder_the_nearest_files_are_looked_at_and_no_installed_ones(
    tmp_path, monkeypatch
):
    home = tmp_path / "home"
    for name in ("a/b/deep.py", "a/near.py", "main.py", "venv/lib/numpy.py", "venv/pyvenv.cfg"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("")
    names = [file.name for file in belongings.files_in(home)]
    assert names == ["main.py", "near.py", "deep.py"]
    monkeypatch.setattr(belongings, "MAX_LOOKED_AT", 2)
    assert [file.name for file in belongings.files_in(home)] == ["main.py", "near.py"]


def test_of_the_folder_above_modules_are_lent_and_data_that_they_name(tmp_path):
    around, lent = tmp_path / "around", tmp_path / "lent"
    for folder in (around / "lesson", around / "nets", lent):
        folder.mkdir(parents=True)
    for name in ("lesson/main.py", "lesson/data.csv", "nets/layers.py", "nets/key", "marks.csv"):
        (around / name).write_text("1,2\n")
    (around / "lesson" / "link.csv").symlink_to(around / "marks.csv")
    (around / "nets" / "more.py").symlink_to(around / "nets" / "key")
    assert belongings.copy_files_beside(around / "lesson" / "main.py", lent, around)
    names = sorted(str(p.relative_to(lent)) for p in lent.rglob("*") if p.is_file())
    assert names == ["lesson/data.csv", "nets/layers.py"]
    (around / "nets" / "layers.py").write_text("open('../marks.csv')\n")
    assert belongings.copy_files_beside(around / "lesson" / "main.py", lent, around)
    assert (lent / "marks.csv").is_file()
    assert not (lent / "nets" / "key").exists()


def test_modules_are_named_as_the_program_imports_them(tmp_path):
    own, lent = tmp_path / "own", tmp_path / "lent"
    for folder in (own / "layers", own / "losses", lent):
        folder.mkdir(parents=True)
    for name in ("layers/dense.py", "losses/mse.py", "Network.py", "data.csv"):
        (own / name).write_text("")
    program = "from Layers.dense import Dense\nimport losses.mse\nimport network, Losses, Data\n"
    (own / "main.py").write_text(program)
    assert belongings.copy_files_beside(own / "main.py", lent)
    assert sorted(path.name for path in lent.iterdir()) == [
        "Layers", "data.csv", "losses", "network.py"
    ]  # fmt: skip


def test_a_package_is_found_in_folders_above(tmp_path):
    inner = tmp_path / "course" / "nets" / "small"
    inner.mkdir(parents=True)
    (tmp_path / "course" / "nets" / "layers.py").write_text("")
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "farther.py").write_text("")
    (tmp_path / "course" / "data").mkdir()
    for place in (tmp_path / "course/data/input.txt", inner / "here.txt", tmp_path / "here.txt"):
        place.write_text("a")
    script = inner / "train.py"
    (inner / "helper.py").write_text("from nets.layers import Dense\n")
    for text, around in (
        ("import helper\n", tmp_path / "course"),
        ("from nets.layers import Dense\n", tmp_path / "course"),
        ("import os, sys\nsys.path.append(os.pardir)\n", inner.parent),
        ("import numpy, nothing_of_this_name\n", inner),
        ("open('data/input.txt')\n", tmp_path / "course"),
        ("open('here.txt')\n", inner),
    ):
        script.write_text(text)
        assert belongings.folder_around(script) == around.resolve()


def test_a_notebook_lies_deep_below_the_modules_of_its_book(tmp_path):
    inner = tmp_path / "book" / "parts" / "networks" / "chapter_4" / "notebooks"
    inner.mkdir(parents=True)
    (tmp_path / "book" / "slopes.py").write_text("")
    script = inner / "network.py"
    script.write_text("from slopes import sigmoid\n")
    assert belongings.folder_around(script) == (tmp_path / "book").resolve()


def test_a_package_of_packages_is_found_in_folders_above(tmp_path):
    (tmp_path / "framework" / "layers").mkdir(parents=True)
    (tmp_path / "framework" / "layers" / "dense.py").write_text("")
    (tmp_path / "application").mkdir()
    script = tmp_path / "application" / "train.py"
    script.write_text("from framework.layers.dense import Dense\n")
    assert belongings.folder_around(script) == tmp_path.resolve()


@pytest.mark.skipif(os.name != "posix", reason="a pipe with a name")
def test_a_pipe_is_no_script(tmp_path):
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(ValueError, match="no such file"):
        check_file(tmp_path / "pipe.py")
