"""Compiled code on disk: files that are whole and meant for this very source, or count as missing.

A file ends with the SHA-256 of what stands before. One that a crash, a full disk or a bad sector
has damaged is compiled anew and overwritten.
"""

import contextlib
import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

from clearprop.engine.notices import warn_once

PREFIX = "clearprop-"
DIGEST_BYTES = hashlib.sha256().digest_size
ROOM = 4 * 2**20
"""Bytes that all compiled code of a few networks takes."""


@cache
def source_digest() -> str:
    """Return a digest of all files of the engine, so that a change of any compiles anew."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def read(file: Path) -> bytes | None:
    """Return what was written to a file; None where it is missing, unreadable or damaged."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    body, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    return body if hashlib.sha256(body).digest() == digest else None


def write(file: Path, body: bytes) -> None:
    """Write a file whole or not at all; where that cannot be, warn once and go on without."""
    try:
        _write(file, body + hashlib.sha256(body).digest())
    except OSError as error:
        warn_once(
            f"Compiled code cannot be kept in {file.parent} ({error.strerror or error}): it is"
            " compiled again at every start. NUMBA_CACHE_DIR can name another folder."
        )


def lack_of_room(folder: Path) -> str:
    """Return why compiled code could not be written to a folder; nothing if it could.

    A folder that holds compiled code already needs no more of it.
    """
    if has_code(folder):
        return ""
    trial = folder / f"{PREFIX}{secrets.token_hex(8)}.trial"
    try:
        _write(trial, bytes(ROOM))
    except OSError as error:
        return str(error.strerror or error)
    finally:
        with contextlib.suppress(OSError):
            trial.unlink()
    return ""


def has_code(folder: Path) -> bool:
    """Return whether code that was compiled from the same source, or another one, is there."""
    return any(folder.glob(f"{PREFIX}*.nbc"))


def _write(file: Path, content: bytes) -> None:
    temporary = file.with_name(f"{PREFIX}{secrets.token_hex(8)}.part")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, file)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
