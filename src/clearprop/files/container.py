"""The container of a model file: named arrays and a JSON header, sealed with a checksum.

It is a safetensors file, which any safetensors reader opens. Its metadata hold four texts:
``format`` ("clearprop"), ``version``, ``header`` (JSON) and ``sha256`` of header and arrays.
Reading one executes nothing. What header and arrays mean is for the caller to say.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop.files.access import PathLike, check_readable
from clearprop.files.atomic import write_whole

FORMAT, VERSION = "clearprop", 1
Arrays = Mapping[str, npt.NDArray[Any]]


class Container(NamedTuple):
    """What a model file holds."""

    arrays: dict[str, npt.NDArray[Any]]
    header: dict[str, Any]


def write_container(path: PathLike, arrays: Arrays, header: Mapping[str, Any]) -> None:
    """Write arrays and header, replacing the file in one step.

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
        If the file cannot be written.
    """
    from safetensors.numpy import save

    solid = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    text = json.dumps(dict(header), ensure_ascii=False, allow_nan=False)
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "header": text,
        "sha256": checksum(solid, text),
    }
    write_whole(path, save(solid, metadata))


def read_container(path: PathLike) -> Container:
    """Read arrays and header, and check that they are what was written.

    Raises
    ------
    InputError
        If there is no such file, or it is truncated, edited, of another program, or of a newer
        version of clearprop.
    """
    from safetensors import SafetensorError, safe_open

    check_readable(path)
    try:
        with safe_open(os.fspath(path), framework="np") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError, AttributeError):
        raise _foreign(path) from None
    if metadata.get("format") != FORMAT:
        raise _foreign(path)
    if metadata.get("version") != str(VERSION):
        why = f"it has version {metadata.get('version')!r}, and this clearprop reads {VERSION}."
        raise invalid_argument("path", os.fspath(path), why, "a newer clearprop.")
    text = metadata.get("header", "")
    if metadata.get("sha256") != checksum(arrays, text):
        why = "it was changed after it was written: its checksum does not fit."
        raise invalid_argument("path", os.fspath(path), why, "the original file, or train again.")
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise _foreign(path) from None
    return Container(arrays, header)


def checksum(arrays: Arrays, text: str) -> str:
    """Return the SHA-256 of the header's text and of every array's name, type, shape and bytes."""
    digest = hashlib.sha256()
    digest.update(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(json.dumps([name, array.dtype.name, array.shape]).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _foreign(path: PathLike) -> InputError:
    why = "it is no clearprop model file, or it is damaged."
    return invalid_argument("path", os.fspath(path), why, "a file that `clearprop train` wrote.")
