"""Model files come back as they were written, or not at all."""

import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save

from clearprop._errors import InputError
from clearprop.files import (
    check_readable,
    check_writable,
    describe_container,
    read_container,
    write_container,
    write_whole,
)
from clearprop.files.container import checksum

ARRAYS = {"theta": np.arange(6.0).reshape(2, 3), "mask": np.array([True, False])}
HEADER = {"text": "é σ 误差", "nested": [1, 2.5, None, {"a": True}]}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.clearprop"
    write_container(path, ARRAYS, HEADER)
    return path


def test_what_was_written_is_read(file):
    arrays, header = read_container(file)
    assert header == HEADER
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


NUMBERS = hnp.arrays(
    st.sampled_from(["f8", "f4", "i8", "i4", "u1", "?"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")).filter(lambda name: name != "__metadata__"),
        NUMBERS,
        max_size=3,
    ),
    st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=4),
)
def test_any_arrays_and_any_json_come_back_to_the_bit(tmp_path, arrays, header):
    path = tmp_path / "any"
    header = json.loads(json.dumps(header).encode("utf-8", "replace"))
    write_container(path, arrays, header)
    read, header_read = read_container(path)
    assert header_read == header
    assert set(read) == set(arrays)
    for name, array in arrays.items():
        assert read[name].shape == array.shape
        assert read[name].tobytes() == array.tobytes()


def test_arrays_in_any_memory_order_are_written_by_value(tmp_path):
    array = np.arange(12.0).reshape(3, 4)
    write_container(tmp_path / "m", {"T": array.T, "cut": array[:, ::2]}, {})
    arrays, _ = read_container(tmp_path / "m")
    np.testing.assert_array_equal(arrays["T"], array.T)
    np.testing.assert_array_equal(arrays["cut"], array[:, ::2])


def test_another_safetensors_reader_opens_the_file(file):
    from safetensors.numpy import load_file

    np.testing.assert_array_equal(load_file(file)["theta"], ARRAYS["theta"])


def test_every_truncation_is_refused(file):
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(InputError, match="cannot be used"):
            read_container(file)


def test_every_changed_byte_is_refused(file):
    whole = file.read_bytes()
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0x01
        file.write_bytes(changed)
        with pytest.raises(InputError, match="cannot be used"):
            read_container(file)


def test_bytes_added_at_the_end_are_refused(file):
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(InputError):
        read_container(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"a,b\n1,2\n" * 100,
        b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix",
        b"PK\x03\x04" + bytes(200),
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 4) + b"null",
    ],
)
def test_a_foreign_file_is_refused(tmp_path, content):
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no clearprop model file"):
        read_container(path)


def test_a_safetensors_file_of_another_program_is_refused(tmp_path):
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(2)}, tmp_path / "other", {"format": "pt"})
    with pytest.raises(InputError, match="no clearprop model file"):
        read_container(tmp_path / "other")


@pytest.mark.parametrize("kind", ["BF16", "F8_E4M3", "F4", "nonsense"])
def test_a_file_with_arrays_that_numpy_does_not_know_is_refused(tmp_path, kind):
    data = bytes(8)
    header = json.dumps({"a": {"dtype": kind, "shape": [4], "data_offsets": [0, 8]}}).encode()
    path = tmp_path / "strange"
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    with pytest.raises(InputError):
        read_container(path)


def test_a_newer_version_is_named(tmp_path):
    from safetensors.numpy import save_file

    metadata = {"format": "clearprop", "version": "2", "header": "{}", "sha256": ""}
    save_file({"a": np.zeros(2)}, tmp_path / "new", metadata)
    with pytest.raises(InputError, match="newer clearprop"):
        read_container(tmp_path / "new")


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_container(tmp_path / "nothing")
    with pytest.raises(InputError, match="it is a folder"):
        read_container(tmp_path)
    with pytest.raises(InputError, match="it is a folder"):
        write_container(tmp_path, ARRAYS, HEADER)
    with pytest.raises(InputError, match="there is no folder"):
        write_container(tmp_path / "no" / "model", ARRAYS, HEADER)


def test_a_header_that_json_cannot_say_writes_nothing(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_container(tmp_path / "m", ARRAYS, {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_the_same_content_is_the_same_bytes(tmp_path):
    contents = set()
    for n in range(5):
        write_container(tmp_path / str(n), ARRAYS, HEADER)
        contents.add((tmp_path / str(n)).read_bytes())
    assert len(contents) == 1


def sealed(text):
    """Return a file with this text as header, and the checksum that fits it."""
    metadata = {"format": "clearprop", "version": "1", "header": text}
    return save(ARRAYS, metadata | {"sha256": checksum(ARRAYS, text)})


def beginning(text):
    return struct.pack("<Q", len(text)) + text


HOSTILE = {
    "NaN": sealed('{"a": NaN}'),
    "infinity": sealed('{"a": 1e999}'),
    "key twice": sealed('{"a": 1, "a": 2}'),
    "deep": sealed("[" * 200_000 + "]" * 200_000),
    "list": sealed("[]"),
    "number": sealed("3"),
    "no text": sealed(""),
    "99 MB of header": beginning(b'{"a":' + b" " * 99_000_000 + b"1}"),
    "deep beginning": beginning(b'{"a":' + b"[" * 200_000),
    "metadata are a list": beginning(b'{"__metadata__":[]}'),
    "shape of text": beginning(
        b'{"__metadata__":{"format":"clearprop","version":"1","header":"{}"},"a":{"shape":"x"}}'
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_refused(tmp_path, content):
    (tmp_path / "m").write_bytes(content)
    for read in (read_container, describe_container):
        with pytest.raises(InputError, match="no clearprop model file"):
            read(tmp_path / "m")


def test_a_file_of_holes_is_refused_before_it_fills_the_memory(tmp_path):
    size = 20 << 30
    metadata = {"format": "clearprop", "version": "1", "header": "{}", "sha256": ""}
    entry = {"dtype": "F64", "shape": [size // 8], "data_offsets": [0, size]}
    head = beginning(json.dumps({"__metadata__": metadata, "a": entry}).encode())
    with (tmp_path / "m").open("wb") as file:
        file.write(head)
        try:
            file.truncate(len(head) + size)
        except OSError:
            pytest.skip("this file system has no files of holes")
    with pytest.raises(InputError, match="no clearprop model file"):
        read_container(tmp_path / "m")


def test_a_header_that_no_reader_would_take_is_not_written(tmp_path):
    with pytest.raises(InputError, match="takes more than 8 MB"):
        write_container(tmp_path / "m", {}, {"a": "b" * (9 << 20)})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_no_model(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="a pipe or a device"):
        read_container(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0", "loop/m"])
def test_a_name_that_the_system_refuses_is_one_error(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.symlink("loop", "loop")
    for use in (
        read_container,
        check_readable,
        check_writable,
        lambda path: write_whole(path, b""),
    ):
        with pytest.raises(InputError) as caught:
            use(name)
        assert "\n" not in str(caught.value)


def test_a_file_that_fails_while_it_is_read_is_one_error(tmp_path, monkeypatch):
    (tmp_path / "m").write_bytes(b"a" * 100)

    def fails(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fails)
    with pytest.raises(InputError, match="Input/output error"):
        read_container(tmp_path / "m")
