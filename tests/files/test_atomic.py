"""A file is written whole or not at all, and keeps its permissions, links and neighbours."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from clearprop._errors import InputError
from clearprop.files import (
    write_container,
    write_whole,
)

ARRAYS = {"theta": np.arange(6.0).reshape(2, 3), "mask": np.array([True, False])}


HEADER = {"text": "é σ 误差", "nested": [1, 2.5, None, {"a": True}]}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.clearprop"
    write_container(path, ARRAYS, HEADER)
    return path


KILLED = """
import os, signal, sys
from clearprop.files import atomic, write_whole
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
write_whole(sys.argv[1], b"new")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed like this")
def test_what_a_killed_write_left_is_deleted_by_the_next(tmp_path):
    (tmp_path / "m").write_bytes(b"old")
    other = tmp_path / ".clearprop-of-another-file.part"
    other.touch()
    ended = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "m"])
    assert ended.returncode == -signal.SIGKILL
    assert (tmp_path / "m").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 3
    write_whole(tmp_path / "m", b"newer")
    assert (tmp_path / "m").read_bytes() == b"newer"
    assert {path.name for path in tmp_path.iterdir()} == {"m", other.name}


def test_many_writers_of_one_file_leave_one_whole_file(tmp_path):
    contents = [bytes([n]) * 50_000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_whole(tmp_path / "m", content), contents * 10))
    assert (tmp_path / "m").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(file, monkeypatch):
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_container(file, {"theta": np.ones(3)}, {})
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(file, monkeypatch):
    before = file.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(file, b"new")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_whole(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_device_and_a_pipe_can_be_written_to():
    write_whole(os.devnull, b"gone")
    reader, writer = os.pipe()
    write_whole(f"/dev/fd/{writer}", b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    os.close(writer)
