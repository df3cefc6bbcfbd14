"""Attacks on the machine, on other people's marks and on the verdict: none gets through."""

import contextlib
import os
import re
import socket
import textwrap
import threading

import pytest

from check.attacks import PROBES
from clearprop.check.script import check_file
from clearprop.check.script.sandbox import Limits
from clearprop.check.script.walls import bubblewrap, landlock
from clearprop.check.script.walls.places import readable_places

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
        """Return the names of the probes that got through, with these walls left out."""
        probes = [f"def probe():\n    {lines}\nprobes.append(probe)" for lines in PROBES.values()]
        body = "\n".join(["probes = []", *probes, EVERY])
        said = str(self.check(folder, body, without=frozenset(without)))
        found = re.search(r"RuntimeError: got through: \[(.*?)\]", said)
        assert found, said
        numbers = [int(number) for number in found[1].split(", ") if number]
        return [list(PROBES)[number] for number in numbers]


def indented(body):
    return textwrap.indent(body, "    ").strip()


@pytest.fixture
def teacher(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_TEACHER", "1234")
    found = Teacher(tmp_path_factory.mktemp("teacher"))
    yield found
    found.close()
