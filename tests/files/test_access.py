"""What can be read or written is known before work is spent on it."""

import os
import sys

import pytest

from clearprop import InputError
from clearprop.files.access import (
    STANDARD,
    check_readable,
    check_writable,
    is_stream,
    unreadable,
)

NO_PERMISSIONS = sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0)


@pytest.fixture
def places(tmp_path):
    """A file, a folder, a link to the file, a link to nothing and a circle of links."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for name, target in (("link", "file"), ("dangling", "none"), ("circle", "circle")):
        (tmp_path / name).symlink_to(target)
    return tmp_path


@pytest.mark.parametrize("name", ["file", "link"])
def test_files_and_links_to_them_are_read(name, places):
    check_readable(places / name, only_files=True)
    check_readable(STANDARD)


UNREADABLE = {
    "none": "no such file",
    "file/below": "no such file",
    "dangling": "no such file",
    "folder": "it is a folder",
    "circle": "it cannot be read",
    "n" * 300: "it cannot be read",
    "with\0nothing": "it cannot be read",
}


@pytest.mark.parametrize(
    "name", UNREADABLE, ids=[name[:20].replace("\0", "0") for name in UNREADABLE]
)
def test_what_cannot_be_read_is_said(name, places):
    with pytest.raises(InputError, match=rf"`path`.*{UNREADABLE[name]}.*try: "):
        check_readable(os.path.join(places, name))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_read_where_it_may_be_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    check_readable(tmp_path / "pipe")
    with pytest.raises(InputError, match="a pipe or a device"):
        check_readable(tmp_path / "pipe", only_files=True)
    check_writable(tmp_path / "pipe")
    assert is_stream(tmp_path / "pipe")
    assert not is_stream(tmp_path)
    assert not is_stream(tmp_path / "none")


@pytest.mark.parametrize("name", ["file", "link", "new", "dangling"])
def test_files_old_and_new_are_written(name, places):
    check_writable(places / name)


UNWRITABLE = {
    "folder": "it is a folder",
    "none/new": "there is no folder",
    "file/below": "there is no folder",
    "circle": "it cannot be written",
    "n" * 300: "it cannot be written",
}


@pytest.mark.parametrize("name", UNWRITABLE, ids=[name[:20] for name in UNWRITABLE])
def test_what_cannot_be_written_is_said(name, places):
    with pytest.raises(InputError, match=rf"`path`.*{UNWRITABLE[name]}.*try: "):
        check_writable(os.path.join(places, name))


@pytest.mark.skipif(NO_PERMISSIONS, reason="whoever runs this may do everything")
def test_permissions_are_asked_before(places):
    (places / "file").chmod(0)
    for check, said in ((check_readable, "may not be read"), (check_writable, "may not be writ")):
        with pytest.raises(InputError, match=said):
            check(places / "file")


def test_the_systems_word_is_passed_on():
    assert "Input/output error" in str(unreadable("a.csv", OSError(5, "Input/output error")))
    assert "embedded null" in str(unreadable("a.csv", ValueError("embedded null byte")))
