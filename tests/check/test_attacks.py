"""Attacks on the machine, on other people's marks and on the verdict: none gets through."""

import contextlib
import os
import re
import socket
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from check.attacks import (
    BEFORE,
    DURING,
    EMPTY,
    FORGED,
    FULL,
    HARMLESS,
    PROBES,
    RIGHT,
    SOURCES,
    TIME,
    WRONG,
)
from clearprop.check.script import check_file
from clearprop.check.script.fixtures import Fixtures
from clearprop.check.script.sandbox import Limits
from clearprop.check.script.walls.standing import gaps

pytestmark = [pytest.mark.long, pytest.mark.as_people_start_it]

SCRIPT = """
import ctypes
import os
import signal
import numpy as np

C = ctypes.CDLL(None)
HERE, PORT, PARENT = {here!r}, {port}, {parent}


def loss_and_grad(W1, b1, X, Y):
    {body}
"""
EVERY = """
open('own', 'w').write('mine')
through = []
for number, probe in enumerate(probes):
    try:
        if probe():
            through.append(number)
    except BaseException:
        pass
raise RuntimeError(f'got through: {through}')
"""


class Teacher:
    """A folder with what a submission might be after, and ears for what it does."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "victim").write_text("kept")
        self.reached = []
        self.sockets = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)]
        self.port = self.sockets[0].getsockname()[1]
        self.sockets[1].bind(str(folder / "socket"))
        self.sockets.append(socket.socket(socket.AF_UNIX))
        self.sockets[2].bind(f"\0clearprop-{self.port}")
        for listening in self.sockets:
            listening.listen()
            threading.Thread(target=self.listen, args=(listening,), daemon=True).start()

    def listen(self, listening):
        with contextlib.suppress(OSError):
            while True:
                self.reached.append(listening.accept())

    def close(self):
        for listening in self.sockets:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()

    def check(self, folder, body, **limits):
        """Return what is said of a script that runs these lines while it is checked."""
        path = folder / "script.py"
        text = SCRIPT.format(
            here=str(self.folder), port=self.port, parent=os.getpid(), body=indented(body)
        )
        path.write_text(text, "utf-8")
        return check_file(path, limits=Limits(**{"seconds": 20, **limits}))

    def breached(self, folder, *without):
        """Return the probes that got through with these walls left out, and the walls."""
        probes = [f"def probe():\n    {lines}\nprobes.append(probe)" for lines in PROBES.values()]
        body = "\n".join(["probes = []", *probes, EVERY])
        report = self.check(folder, body, without=frozenset(without))
        found = re.search(r"RuntimeError: got through: \[(.*?)\]", str(report))
        assert found, report
        numbers = [int(number) for number in found[1].split(", ") if number]
        return [list(PROBES)[number] for number in numbers], report.walls


def indented(body, first=""):
    """Return lines as they stand in a block, the first one after `first`."""
    return first + textwrap.indent(body, "    ").strip()


@pytest.fixture
def teacher(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "1234")
    found = Teacher(tmp_path_factory.mktemp("teacher"))
    yield found
    found.close()


def check(folder, text, said="", **settings):
    """Return the report on a script with this text; one that is meant to hang gets little time."""
    path = folder / "script.py"
    path.write_text(text, "utf-8")
    time = {"seconds": 1, "waiting": 1} if said in (TIME, FULL) else {"seconds": 10, "waiting": 30}
    return check_file(path, limits=Limits(**time, megabytes=512), **settings)


def with_hook(text, hook, call=""):
    """Return a script with lines at its top, and lines in the function that is checked."""
    text = text.replace("    CALL\n", f"    {call}\n" if call else "")
    return text.replace("    HOOK\n", indented(hook, first="    ") + "\n" if hook else "    pass\n")


@pytest.mark.parametrize("attack", BEFORE)
def test_a_script_that_misbehaves_when_it_is_read_gets_its_sentence(attack, tmp_path):
    if (
        attack in ("memory in small steps", "many threads")
        and np.lib.NumpyVersion(np.__version__) < "2.3.0"
    ):
        pytest.skip("where there is no memory, the OpenBLAS of this NumPy waits for ever")
    hook, said = BEFORE[attack]
    report = str(check(tmp_path, with_hook(RIGHT, hook), said))
    assert said in report
    assert "Traceback" not in report


@pytest.mark.parametrize("attack", DURING)
def test_a_script_that_misbehaves_when_it_is_called_gets_its_sentence(attack, tmp_path):
    call, said = DURING[attack]
    report = str(check(tmp_path, with_hook(RIGHT, "", call), said))
    assert said in report
    assert len(report) < 3000
    assert "\x1b" not in report


@pytest.mark.parametrize("attack", FORGED)
def test_no_script_writes_its_own_verdict(attack, tmp_path):
    assert check(tmp_path, with_hook(RIGHT, FORGED[attack]), seed=1).ok == (attack in HARMLESS)
    assert not check(tmp_path, with_hook(WRONG, FORGED[attack]), seed=1).ok


def test_numbers_known_from_before_are_of_no_use(tmp_path):
    (tmp_path / "a").mkdir()
    seen = """
    if not hasattr(loss_and_grad, 'seen'):
        loss_and_grad.seen = True
        raise RuntimeError(repr([a.shape for a in (W1, X)]))"""
    said = [str(check(tmp_path, with_hook(RIGHT, "", seen), seed=seed)) for seed in range(2)]
    assert len(set(said)) == 2
    fixture = Fixtures(3).different_widths(2)
    net = cp.Network(
        fixture.sizes[0],
        [cp.Layer(fixture.sizes[1], "tanh"), cp.Layer(3, "sigmoid")],
        "binary_cross_entropy",
        "mean",
    )
    loss, gradient = net.gradient(fixture.params, fixture.X, fixture.Y)
    constants = {f"d{name}": array.tolist() for name, array in gradient.items()}
    lines = [
        "import numpy as np",
        f"G = {constants}",
        "def loss_and_grad(W1, b1, W2, b2, X, Y):",
        f"    return {loss}, {{name: np.array(array) for name, array in G.items()}}",
    ]
    report = check(tmp_path, "\n".join(lines), seed=3)
    assert not report.ok
    assert "With one set of numbers the gradient is right" in str(report)
    assert not check(tmp_path, "\n".join(lines), seed=4).ok


@pytest.mark.parametrize("attack", EMPTY)
def test_what_ignores_the_samples_is_no_network(attack, tmp_path):
    returned, said = EMPTY[attack]
    text = f"def loss_and_grad(W1, b1, W2, b2, X, Y):\n    return {returned}\n"
    report = check(tmp_path, text)
    assert not report.ok
    assert said in str(report)


@pytest.mark.parametrize("source", SOURCES)
def test_what_cannot_be_read_gets_a_sentence(source, tmp_path):
    text, said = SOURCES[source]
    report = str(check(tmp_path, text))
    assert said in report
    assert "Traceback" not in report


WALLS = {
    "all": (),
    "no bubblewrap": ("bubblewrap",),
    "no Landlock": ("landlock",),
    "no audit hooks": ("audit",),
    "no bubblewrap, no audit hooks": ("bubblewrap", "audit"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the promise is made for Linux")
@pytest.mark.parametrize("without", WALLS.values(), ids=WALLS)
def test_nothing_gets_through_the_walls(without, teacher, tmp_path):
    through, walls = teacher.breached(tmp_path, *without)
    if gaps(walls):
        pytest.skip(f"this system has no more walls than {walls}")
    assert through == []
    assert teacher.reached == []
    assert sorted(os.listdir(teacher.folder)) == ["socket", "victim"]
    assert (teacher.folder / "victim").read_text() == "kept"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these walls")
@pytest.mark.parametrize("without", [("bubblewrap", "landlock"), ("bubblewrap", "seccomp")])
def test_what_is_open_without_a_wall_is_said(without, teacher, tmp_path):
    report = teacher.check(tmp_path, "return 1", without=frozenset(without))
    assert not set(without) & set(report.walls)
    assert "Not everything was held back" in str(report)
    assert "限制不完整" in report.text("zh")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who is whose child")
def test_nothing_outlives_a_check_even_where_processes_can_be_started(teacher, tmp_path):
    body = """
reading, writing = os.pipe()
pid = C.fork()
if not pid:
    os.setsid()
    if C.fork(): os._exit(0)
    os.write(writing, str(os.getpid()).encode())
    while True: signal.pause()
os.waitpid(pid, 0)
raise RuntimeError("started " + os.read(reading, 20).decode())"""
    without = frozenset({"bubblewrap", "seccomp", "audit"})
    found = re.search(
        r"RuntimeError: started (\d+)", str(teacher.check(tmp_path, body, without=without))
    )
    assert found
    assert not Path("/proc", found[1]).exists()
