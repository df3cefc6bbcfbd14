"""The program as people start it: help, signals, pipes, terminals."""

import errno
import inspect
import os
import pty
import re
import signal
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from clearprop import cli
from clearprop.cli import app, train

pytestmark = pytest.mark.long

ENDLESS = ["train", "houses.csv", "--target", "price", "--solver", "adam", "--patience", "0",
           "--max-epochs", "1000000000", "--validation", "0"]  # fmt: skip


def test_version_and_help(clearprop):
    assert clearprop("--version")[:2] == (0, f"{cp.__version__}\n")
    for arguments in ([], ["--help"]):
        code, out, _ = clearprop(*arguments)
        assert code == 0
        assert all(command.name in out for command in app.commands())


def test_every_command_explains_all_its_options(clearprop):
    found = {command.name: command.load() for command in app.commands()}
    assert {"train", "predict", "demo"} <= set(found)
    for name, command in found.items():
        code, out, _ = clearprop(name, "--help")
        assert code == 0
        assert command.__doc__.split(".")[0].split()[0] in out
        for parameter in inspect.signature(command).parameters:
            assert f"\n    {parameter} : " in command.__doc__, f"{name} {parameter} has no help"


def test_an_interrupt_during_training_keeps_the_model_so_far(start, folder):
    process = start(*ENDLESS)
    assert process.stderr.readline() == "choosing the network\n"
    while not process.stderr.readline().startswith("epoch 1: "):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "Interrupted in epoch" in out
    assert "houses.clearprop holds the network as far" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert np.isfinite(cp.load("houses.clearprop").predict(pd.read_csv("houses.csv"))).all()


def test_an_interrupt_before_training_writes_nothing(clearprop, folder, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "fit_at", interrupted)
    code, out, err = clearprop("train", "houses.csv", "--target", "price")
    assert (code, out) == (130, "")
    assert err == "clearprop: interrupted; nothing was written.\n"
    assert [path.name for path in folder.iterdir()] == ["houses.csv"]


def test_an_interrupt_while_libraries_load_is_one_line(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("clearprop.cli.require", interrupted)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "clearprop: interrupted; nothing was written.\n"


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "right, but slower"), ("zh", "结果正确，只是更慢")]
)
def test_a_warning_is_one_line(lang, said, monkeypatch, capsys):
    def run(_):
        warnings.warn("It is cold. clearprop runs on its reference engine: right, but slower.",
                      RuntimeWarning, stacklevel=1)  # fmt: skip
        return 0

    monkeypatch.setattr(app, "run", run)
    monkeypatch.setenv("CLEARPROP_LANG", lang)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with pytest.raises(SystemExit):
            app.main()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("clearprop: It is cold.")
    assert said in line


def test_a_reader_that_leaves_early_is_no_error(start, models):
    pd.concat([pd.read_csv("houses.csv")] * 300).to_csv("long.csv", index=False)
    with start("predict", "price.clearprop", "long.csv") as process:
        assert process.stdout.readline() == "price\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
def test_a_full_disk_is_said_in_one_line(start, models):
    with open("/dev/full", "w") as full:
        process = start("predict", "price.clearprop", "houses.csv", stdout=full)
        _, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert err == "clearprop: the output cannot be written: no space is left.\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "bin/python"),
            "bin/python: Permission",
        ),
        (MemoryError("Unable to allocate 29.8 GiB"), "not enough memory. Unable to allocate 29.8"),
    ],
)
def test_what_the_system_refuses_is_named(clearprop, folder, monkeypatch, error, message):
    def refused(*_, **__):
        raise error

    monkeypatch.setattr(train, "fit_at", refused)
    code, out, err = clearprop("train", "houses.csv", "--target", "price")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert message in err


CLOSED = """
import os, resource, sys
os.close(1)
resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
sys.stdout = None
from clearprop.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
@pytest.mark.usefixtures("unmeasured")
def test_a_closed_output_and_a_limit_of_file_size_are_one_line(models):
    def called(*arguments):
        return subprocess.run(
            [sys.executable, "-c", CLOSED, *arguments], stderr=subprocess.PIPE, text=True
        )

    ended = called("predict", "price.clearprop", "houses.csv")
    assert (ended.returncode, ended.stderr) == (0, "")
    ended = called("predict", "price.clearprop", "houses.csv", "--out", "p.csv")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "File too large" in ended.stderr
    assert not any(path.name.endswith(".part") for path in models.iterdir())


def terminal_output(folder, arguments, **environment):
    """Return what the program prints to a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "clearprop", *arguments],
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
    )
    os.close(follower)
    printed = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        printed += part
    os.close(leader)
    assert process.wait(timeout=300) == 0
    return printed.decode()


TRAIN = [
    "train",
    "houses.csv",
    "--target",
    "price",
    "--hidden",
    "3",
    "--max-epochs",
    "20",
    "--no-report",
]
COLOUR = re.compile(r"\x1b\[[\d;]*3[1-8]")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_gets_a_progress_bar(folder):
    printed = terminal_output(folder, TRAIN)
    assert "━" in printed
    assert COLOUR.search(printed)
    assert "epoch 1:" not in printed


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_no_color_and_a_dumb_terminal_are_respected(folder):
    assert not COLOUR.search(terminal_output(folder, TRAIN, NO_COLOR="1"))
    plain = terminal_output(folder, TRAIN, TERM="dumb")
    assert "\x1b" not in plain
    assert "epoch 1:" in plain
    assert "━" not in terminal_output(folder, [*TRAIN, "--quiet"])


def test_an_output_that_cannot_show_chinese_still_gets_something(start):
    process = start("explain", "--layers", "1-1", "--lang", "zh",
                    env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})  # fmt: skip
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "?" in out


def test_importing_clearprop_loads_nothing_heavy():
    heavy = ["pandas", "scipy", "sklearn", "numba", "matplotlib", "rich", "cyclopts", "safetensors"]
    code = f"import clearprop, sys; print([name for name in {heavy} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout == "[]\n"


def test_building_the_program_loads_nothing_heavy():
    heavy = ["pandas", "scipy", "sklearn", "numba", "matplotlib", "safetensors"]
    code = "import sys; from clearprop.cli import app; app.build()\n"
    code += f"print([name for name in {heavy} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout == "[]\n"
