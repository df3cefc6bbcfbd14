"""The container of a model file: named arrays and a JSON header, sealed with a checksum.

It is a safetensors file, which any safetensors reader opens. Its metadata hold four texts:
``format`` ("clearprop"), ``version``, ``header`` (JSON) and ``sha256`` of header and arrays.
Reading one executes nothing. What header and arrays mean is for the caller to say.
"""

import hashlib
import json
import math
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop.files.access import PathLike, check_readable, unreadable
from clearprop.files.atomic import write_whole

FORMAT, VERSION = "clearprop", 1
MAX_HEADER = 8 << 20
"""Bytes of a header at most: a longer one takes more memory to read than it can be worth."""
Arrays = Mapping[str, npt.NDArray[Any]]


class Container(NamedTuple):
    """The content of a model file."""

    arrays: dict[str, npt.NDArray[Any]]
    header: dict[str, Any]


class Description(NamedTuple):
    """The beginning of a model file, whose checksum is not known to be right."""

    header: dict[str, Any]
    sizes: dict[str, int]
    """The number of elements of each array."""


def write_container(path: PathLike, arrays: Arrays, header: Mapping[str, Any]) -> None:
    """Write arrays and header, replacing the file in one step; the same content is the same bytes.

    Parameters
    ----------
    path : path-like
    arrays : mapping of str to array
        Numbers of any shape.
    header : mapping
        Anything that JSON can say; numbers must be finite.

    Raises
    ------
    InputError
        If the file cannot be written, or the header is longer than `read_container` accepts.
    """
    from safetensors.numpy import save

    solid = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    text = json.dumps(dict(header), ensure_ascii=False, allow_nan=False)
    metadata = {
        "format": FORMAT,
        "header": text,
        "sha256": checksum(solid, text),
        "version": str(VERSION),
    }
    content = _with_ordered_metadata(save(solid, metadata), metadata)
    if _length(content) > MAX_HEADER:
        why = f"its description takes more than {MAX_HEADER >> 20} MB."
        raise invalid_argument("path", os.fspath(path), why, "fewer columns or categories.")
    write_whole(path, content)


def read_container(path: PathLike) -> Container:
    """Return arrays and header, after a check that they are what was written.

    Raises
    ------
    InputError
        If there is no such file, or it is truncated, edited, of another program, or of a newer
        version of clearprop.
    """
    from safetensors import SafetensorError, safe_open

    metadata, _ = _read_beginning(path)
    try:
        with safe_open(os.fspath(path), framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except MemoryError:
        why = "its arrays do not fit into memory."
        raise invalid_argument("path", os.fspath(path), why, "a machine with more.") from None
    except (SafetensorError, OSError, ValueError, TypeError, AttributeError):
        raise _foreign(path) from None
    text = metadata.get("header", "")
    if metadata.get("sha256") != checksum(arrays, text):
        why = "it was changed after it was written: its checksum does not fit."
        raise invalid_argument("path", os.fspath(path), why, "the original file, or train again.")
    return Container(arrays, _header(path, text))


def describe_container(path: PathLike) -> Description:
    """Return the header and the sizes of the arrays, which are not read.

    Raises
    ------
    InputError
        If it is no file that clearprop wrote.
    """
    metadata, tensors = _read_beginning(path)
    try:
        sizes = {name: int(np.prod(each["shape"], dtype=object)) for name, each in tensors.items()}
    except (TypeError, ValueError, KeyError):
        raise _foreign(path) from None
    return Description(_header(path, metadata.get("header", "")), sizes)


def is_container(path: PathLike) -> bool:
    """Return whether a file begins as one that clearprop wrote, of whatever version."""
    try:
        return _metadata(_beginning(path)).get("format") == FORMAT
    except InputError:
        return False


def checksum(arrays: Arrays, text: str) -> str:
    """Return the SHA-256 of the header's text and of every array's name, type, shape and bytes."""
    digest = hashlib.sha256()
    digest.update(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(json.dumps([name, array.dtype.name, array.shape]).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _with_ordered_metadata(content: bytes, metadata: Mapping[str, str]) -> bytes:
    """Return a safetensors file with its metadata in this order; the library has none."""
    length = _length(content)
    described = json.loads(content[8 : 8 + length])
    described["__metadata__"] = dict(metadata)
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the arrays begin where numbers may stand
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def _length(content: bytes) -> int:
    """Return how many bytes the header of a safetensors file takes."""
    return struct.unpack("<Q", content[:8])[0]


def _read_beginning(path: PathLike) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the metadata, and type, shape and place of each array."""
    metadata = _metadata(beginning := _beginning(path))
    if metadata.get("format") != FORMAT:
        raise _foreign(path)
    if metadata.get("version") != str(VERSION):
        why = f"it has version {metadata.get('version')!r}, and this clearprop reads {VERSION}."
        raise invalid_argument("path", os.fspath(path), why, "a newer clearprop.")
    return metadata, {name: each for name, each in beginning.items() if name != "__metadata__"}


def _beginning(path: PathLike) -> dict[str, Any]:
    """Return the JSON at the beginning of a safetensors file."""
    check_readable(path, only_files=True)
    try:
        with Path(path).open("rb") as file:
            first = file.read(8)
            if len(first) < 8 or not 2 <= _length(first) <= MAX_HEADER:
                raise _foreign(path)
            text = file.read(_length(first))
            status = os.fstat(file.fileno())
        if not text.startswith(b"{") or _is_hollow(status):
            raise _foreign(path)
        return strict_json(text.decode())
    except OSError as error:
        raise unreadable(path, error) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise error if isinstance(error, InputError) else _foreign(path) from None


def _is_hollow(status: os.stat_result) -> bool:
    """Return whether most of a file is holes, which take no room on the disk but all in memory."""
    blocks = getattr(status, "st_blocks", None)
    return blocks is not None and 512 * blocks < status.st_size // 2 - (1 << 20)


def _metadata(beginning: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts under ``__metadata__``."""
    found = beginning.get("__metadata__")
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _header(path: PathLike, text: str) -> dict[str, Any]:
    try:
        header = strict_json(text)
    except (ValueError, RecursionError):
        raise _foreign(path) from None
    if not isinstance(header, dict):
        raise _foreign(path)
    return header


def strict_json(text: str) -> Any:
    """Return what a JSON text says; NaN, infinity and a key given twice are errors.

    Raises
    ------
    ValueError
        If it is no such text.

    Examples
    --------
    >>> strict_json('{"a": [1, null]}')
    {'a': [1, None]}
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            raise ValueError("a key is given twice")
        return members

    def finite(number: str) -> float:
        if not math.isfinite(value := float(number)):
            raise ValueError(f"{number} is no number of JSON")
        return value

    return json.loads(text, object_pairs_hook=unique, parse_constant=finite, parse_float=finite)


def _foreign(path: PathLike) -> InputError:
    why = "it is no clearprop model file, or it is damaged."
    return invalid_argument("path", os.fspath(path), why, "a file that `clearprop train` wrote.")
