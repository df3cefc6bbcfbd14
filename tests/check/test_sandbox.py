"""What a script cannot do while it is checked."""

import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.plain import as_plain, from_plain
from clearprop.check.script.sandbox import Limits

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

    def run(*lines, limits=None):
        path = tmp_path / "script.py"
        path.write_text(SCRIPT + "".join(f"    {line}\n" for line in lines), "utf-8")
        return str(check_file(path, limits=limits or Limits(seconds=5)))

    return run


FORBIDDEN = {
    "a connection": ("import socket", "return socket.create_connection(('127.0.0.1', 9))"),
    "a socket": ("import socket", "return socket.socket()"),
    "a page": ("import urllib.request", "return urllib.request.urlopen('http://example.org')"),
    "a name": ("import socket", "return socket.gethostbyname('example.org')"),
    "a program": ("import subprocess", "return subprocess.run(['true'])"),
    "a shell": ("return os.system('true')",),
    "a fork": ("return os.fork()",),
    "another program": ("return os.execv('/bin/true', ['true'])",),
    "a folder": ("return os.mkdir('/tmp/clearprop-must-not-exist')",),
}


@pytest.mark.parametrize("lines", FORBIDDEN.values(), ids=FORBIDDEN)
def test_network_and_other_processes_are_refused(lines, attempt):
    said = attempt(*lines)
    assert "not allowed while code is checked" in said
    assert "done" not in said


def test_a_listening_server_is_not_reached(attempt):
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    port = server.getsockname()[1]
    reached = []

    def listen():
        with contextlib.suppress(TimeoutError):
            reached.append(server.accept())

    thread = threading.Thread(target=listen)
    thread.start()
    attempt("import _socket", f"s = _socket.socket(); s.connect(('127.0.0.1', {port}))")
    thread.join()
    server.close()
    assert reached == []


def test_files_elsewhere_are_neither_written_nor_deleted(attempt, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    for line in (
        f"open({str(kept)!r}, 'w')",
        f"open({str(kept)!r}, 'a')",
        f"os.remove({str(kept)!r})",
        f"os.rename({str(kept)!r}, 'gone')",
        f"os.open({str(kept)!r}, os.O_WRONLY)",
    ):
        assert "not allowed" in attempt(line)
    assert kept.read_text() == "kept"
    assert "done: 5" in attempt("return open('own.txt', 'w').write('hello')")


def test_it_sees_none_of_the_environment(attempt, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "1234")
    said = attempt("return sorted(os.environ)")
    assert "SECRET" not in said
    assert "HOME" in said
    assert os.environ["HOME"] not in attempt("return os.environ['HOME'], os.getcwd()")


def test_memory_is_limited(attempt):
    said = attempt("return np.ones(10**9).sum()", limits=Limits(seconds=5, megabytes=1024))
    assert "MemoryError" in said or "more than 1024 MB" in said


def test_time_is_limited_even_where_signals_are_ignored(attempt):
    said = attempt(
        "import signal",
        "signal.signal(signal.SIGXCPU, signal.SIG_IGN)",
        "while True: pass",
        limits=Limits(seconds=1, waiting=3),
    )
    assert "did not end within 1 seconds" in said


def test_sleeping_is_no_way_out(attempt):
    said = attempt(
        "import threading",
        "threading.Event().wait(100)",
        limits=Limits(seconds=1, waiting=3),
    )
    assert "did not end within 1 seconds" in said


def test_pauses_are_left_out(attempt):
    said = attempt("import time", "return time.sleep(1000)", limits=Limits(seconds=1, waiting=3))
    assert "done: None" in said


def test_printing_and_exit_handlers_do_no_harm(tmp_path):
    moons = (Path(__file__).parent / "scripts" / "moons.py").read_text("utf-8")
    path = tmp_path / "noisy.py"
    noise = "import atexit\natexit.register(lambda: open('reply.json', 'w').write('{}'))\n"
    path.write_text(
        moons.replace("def sigmoid", noise + "print('x' * 10**6)\n\n\ndef sigmoid"), "utf-8"
    )
    assert check_file(path).ok


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check_file(Path(__file__).parent / "scripts" / "moons.py")
    assert list(tmp_path.iterdir()) == []


def test_what_comes_back_is_plain_data():
    class Strange:
        pass

    sent = {"a": [1, 2.5, None, "x"], "b": (True,), "strange": Strange(), "object": [Strange()]}
    back = from_plain(as_plain(sent))
    assert back == {"a": [1, 2.5, None, "x"], "b": [True], "strange": None, "object": [None]}
