"""HDF5 files: what h5py wrote is read, and damage is an error of one kind."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.imports.hdf5 import Hdf5Error, open_bytes

FOLDER = Path(__file__).parent / "files"
FILES = {name: (FOLDER / name).read_bytes() for name in ("old.h5", "new.h5", "struct73.mat")}
KINDS = {
    "f2": np.arange(6, dtype="<f2").reshape(2, 3) / 4,
    "f4": np.arange(6, dtype="<f4").reshape(2, 3) / 8,
    "f8": np.arange(6, dtype="<f8").reshape(2, 3) / 16,
    "big": np.arange(6, dtype=">f8").reshape(2, 3),
    "i4": np.arange(-3, 3, dtype="<i4"),
    "u1": np.arange(250, 256, dtype="u1"),
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 3)),
    "packed": np.arange(700, dtype="<f8").reshape(35, 20),
    "checked": np.arange(700, dtype="<f4").reshape(35, 20),
}
"""What the files hold: packed in chunks by shuffle and deflate, checked with a checksum."""
WHAT_DAMAGE_LEADS_TO = (
    ValueError, LookupError, TypeError, struct.error, zlib.error, MemoryError,
)  # fmt: skip


IN_NEW = [kind for kind in KINDS if kind not in ("big", "u1")]
"""More than 8 names are kept in a heap, which is refused."""


@pytest.mark.parametrize(
    ("name", "kind"),
    [*(("old.h5", kind) for kind in KINDS), *(("new.h5", kind) for kind in IN_NEW)],
)
def test_every_kind_of_array_is_read_to_the_bit(name, kind):
    array = open_bytes(FILES[name]).at(f"group/inner/{kind}").stored.array
    np.testing.assert_array_equal(array, KINDS[kind])
    assert array.dtype == KINDS[kind].dtype


def test_a_group_of_many_names_is_read():
    names = open_bytes(FILES["old.h5"]).at("many").children
    assert sorted(names) == [f"{n:03}" for n in range(30)]
    assert float(names["021"].stored.array) == 21


def test_a_path_that_leads_nowhere_is_an_error():
    root = open_bytes(FILES["old.h5"])
    for path in ("nothing", "group/inner/f8/deeper"):
        with pytest.raises(Hdf5Error, match="there is no"):
            root.at(path)
    with pytest.raises(Hdf5Error, match="leads"):
        root.at("links").children  # noqa: B018  a soft link


def read_all(content):
    """Read everything that a file leads to, at most a hundred nodes."""
    waiting, seen = [open_bytes(content)], 0
    while waiting and seen < 100:
        node, seen = waiting.pop(), seen + 1
        try:
            if node.is_array:
                node.stored  # noqa: B018
            else:
                waiting += node.children.values()
            node.attributes  # noqa: B018
        except WHAT_DAMAGE_LEADS_TO:
            continue
    return seen


@given(st.sampled_from(sorted(FILES)), st.data())
def test_damage_is_an_error_and_nothing_else(name, data):
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.sampled_from([len(content), len(content) // 2, 100]))
    try:
        read_all(bytes(content[:end]))
    except WHAT_DAMAGE_LEADS_TO:
        return


def test_an_array_that_claims_too_much_is_not_read():
    content = FILES["old.h5"]
    claimed = content.replace(struct.pack("<QQ", 35, 20), struct.pack("<QQ", 1 << 40, 1 << 20))
    with pytest.raises(Hdf5Error, match="claims"):
        open_bytes(claimed).at("group/inner/packed").stored  # noqa: B018
