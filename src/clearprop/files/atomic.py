"""Write a file whole or not at all."""

import contextlib
import os
import secrets
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop.files.access import PathLike, check_writable, is_stream


def write_whole(path: PathLike, content: bytes) -> None:
    """Write `content` to `path`; whoever reads `path` sees the old file or all of the new one.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and take the
    name over in one step. An existing file keeps its permissions; a symbolic link stays one.

    Raises
    ------
    InputError
        If `path` is a folder, or its folder does not exist or cannot be written to.
    """
    check_writable(path)
    try:
        if is_stream(path):
            Path(path).write_bytes(content)  # there is no old file to protect
        else:
            _replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        why = f"it cannot be written ({error.strerror or error})."
        raise invalid_argument(
            "path", os.fspath(path), why, "another file name or folder."
        ) from None


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".clearprop-{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
