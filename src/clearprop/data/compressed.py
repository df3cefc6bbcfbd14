"""The one table inside of a .zip or .gz file."""

import gzip
import io
import zipfile
import zlib

from clearprop._errors import InputError, invalid_argument

MAX_BYTES = 4 << 30
"""Bytes of a table at most: beyond that, an archive of a few kB could fill the memory."""


def decompress(content: bytes, source: str) -> bytes:
    """Return the bytes of the table in an archive; bytes that are no archive as they are.

    Raises
    ------
    InputError
        If an archive is damaged, encrypted or too large, or does not hold exactly one file.
    """
    try:
        if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _from_zip(content, source)
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(content)) as file:
                return _limited(file.read(MAX_BYTES + 1), source)
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError) as error:
        why = f"it is a damaged archive ({error})."
        raise invalid_argument("data", source, why, "the CSV file itself.") from None
    except RuntimeError:  # how zipfile says it
        why = "the archive has a password."
        raise invalid_argument("data", source, why, "the CSV file itself.") from None
    return content


def _from_zip(content: bytes, source: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [
            name
            for name in archive.namelist()
            if not name.endswith("/") and not name.startswith("__MACOSX/")
        ]
        if "[Content_Types].xml" in names or "mimetype" in names:
            why, hint = "it is a spreadsheet.", "save it as 'CSV UTF-8'."
            raise invalid_argument("data", source, why, hint)
        if len(names) != 1:
            why = f"it is an archive of {len(names)} files."
            raise invalid_argument("data", source, why, "an archive of one CSV file, or the file.")
        with archive.open(names[0]) as file:
            return _limited(file.read(MAX_BYTES + 1), source)


def _limited(content: bytes, source: str) -> bytes:
    if len(content) > MAX_BYTES:
        why = f"its table takes more than {MAX_BYTES >> 30} GB."
        raise InputError(f"{source} cannot be read: {why} try: fewer rows.")
    return content
