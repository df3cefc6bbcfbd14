"""The end of a process is waited for, and its status is left to be asked for."""

import os
import subprocess
import sys

import pytest

from clearprop.check.script.waiting import await_end

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children are waited for by number")


def test_after_its_end_a_process_still_has_its_status():
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        await_end(process.pid, 60)
        assert process.poll() == 3


@pytest.mark.parametrize("tells", [True, False])
def test_a_process_that_goes_on_is_waited_for_no_longer_than_asked(tells, monkeypatch):
    if not tells:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        await_end(process.pid, 0.01)
        assert process.poll() is None
        process.kill()


def test_a_process_that_is_gone_is_not_waited_for():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    await_end(process.pid, 60)
