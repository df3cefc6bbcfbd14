"""Write a file whole or not at all."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from clearprop._errors import invalid_argument
from clearprop.files.access import PathLike, check_writable, is_stream

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be deleted
    fcntl = None


def write_whole(path: PathLike, content: bytes) -> None:
    """Write `content` to `path`; whoever reads `path` sees the old file or all of the new one.

    Raises
    ------
    InputError
        If `path` is a folder, or its folder does not exist or cannot be written to.
    """
    with whole_file(path) as file:
        file.write(content)


@contextlib.contextmanager
def whole_file(path: PathLike) -> Generator[BinaryIO]:
    """Open a file to write; it takes the place of `path` when the block ends without an error.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and take the
    name over in one step. An existing file keeps its permissions; a symbolic link stays one.
    Temporary files that an earlier, killed write of this file left are deleted.

    Raises
    ------
    InputError
        If `path` is a folder, or its folder does not exist or cannot be written to.
    """
    check_writable(path)
    try:
        if is_stream(path):
            with Path(path).open("wb") as file:
                yield file  # there is no old file to protect
        else:
            with _replacing(Path(os.path.realpath(path))) as file:
                yield file
    except OSError as error:
        why = f"it cannot be written ({error.strerror or error})."
        raise invalid_argument(
            "path", os.fspath(path), why, "another file name or folder."
        ) from None


@contextlib.contextmanager
def _replacing(target: Path) -> Generator[BinaryIO]:
    beginning = f".clearprop-{hashlib.sha256(target.name.encode()).hexdigest()[:12]}-"
    _delete_abandoned(target.parent, beginning)
    temporary, file = _create(target.parent, beginning)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            if fcntl is not None:
                os.replace(temporary, target)  # while the lock says that it is in use
        if fcntl is None:
            os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _create(folder: Path, beginning: str) -> tuple[Path, BinaryIO]:
    """Return a new file, locked for as long as its writer lives."""
    while True:
        path = folder / f"{beginning}{secrets.token_hex(8)}.part"
        file = path.open("xb")
        if fcntl is not None:
            with contextlib.suppress(OSError):  # some network drives know no locks
                fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # another writer took it for abandoned before it was locked


def _delete_abandoned(folder: Path, beginning: str) -> None:
    """Delete temporary files whose writer was killed: nobody holds their lock any more."""
    for left in folder.glob(f"{beginning}*.part"):
        with contextlib.suppress(OSError):
            if fcntl is None:
                left.unlink()
                continue
            with left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()
