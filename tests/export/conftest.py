"""Runtimes that stay: one Octave and one Python take the files of many tests, one after another.

Each file is run as `ExportTarget.run` would run it; only the start of a process is saved. One test
of each target starts its own.
"""

import contextlib
import io
import subprocess
import sys

import pytest

from clearprop.export import runtimes
from clearprop.export.targets import matlab, pure_python, python

END = "no more from this file"


class Octave:
    """An Octave that runs scripts, each in a folder of its own."""

    def __init__(self) -> None:
        self.process = None

    def call(self, arguments, given=None, folder=None):
        """Run what `runtimes.call` would, here where it is a script in a folder."""
        if folder is None:
            return runtimes.call(arguments, given, folder)
        if self.process is None:
            flags = ["--quiet", "--no-gui", "--no-history", "--no-init-file", "--eval"]
            loop = (
                "while true; folder = input('', 's'); if isempty(folder), break; end; cd(folder);"
                " clear functions; try, evalin('base', fileread('ask_it.m'));"
                f" catch e, printf('ERROR %s\\n', e.message); end; printf('%s\\n', '{END}');"
                " fflush(stdout); end"
            )
            self.process = subprocess.Popen(
                [arguments[0], *flags, loop],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        print(folder, file=self.process.stdin, flush=True)
        lines = []
        while (line := self.process.stdout.readline()).rstrip("\n") != END:
            assert line, "Octave has left"
            lines.append(line)
        said = "".join(lines)
        if said.startswith("ERROR"):
            raise runtimes.FailedRunError(said)
        return said

    def leave(self) -> None:
        """Let it end."""
        if self.process is not None:
            self.process.communicate("\n", timeout=20)


def call_python(arguments, given=None, folder=None):
    """Run a program of Python here, with a module as its argument."""
    _, flag, code, path = arguments
    assert flag == "-c"
    before = sys.stdin, sys.argv
    sys.stdin, sys.argv = io.StringIO(given), ["-c", str(path)]
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, {"__name__": "__main__"})
    finally:
        sys.stdin, sys.argv = before
    return printed.getvalue()


@pytest.fixture(scope="session")
def octave():
    """The only Octave."""
    one = Octave()
    yield one
    one.leave()


@pytest.fixture
def staying(monkeypatch, octave):
    """Let the runtimes of Octave and Python stay between tests."""
    monkeypatch.setattr(matlab, "call", octave.call)
    monkeypatch.setattr(python, "call", call_python)
    monkeypatch.setattr(pure_python, "call", call_python)
