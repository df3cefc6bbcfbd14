"""Codes and seeds of worksheets: different for each student, made anew from the class's secret.

Nothing about a student is stored. A sheet's code is a keyed hash (HMAC-SHA256) of the student's
name and of what the worksheet asks; its numbers are drawn from another one. Without the secret,
neither can be guessed; with it, every sheet and key comes back.
"""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from clearprop._errors import invalid_argument

CODE_LETTERS = 8


def keyed(secret: bytes, *parts: str) -> bytes:
    """Return the keyed hash of some texts, whose borders count."""
    message = "\x00".join(parts).encode()
    return hmac.new(secret, message, hashlib.sha256).digest()


def code_of(secret: bytes, student: str, asked: str) -> str:
    """Return the code of a student's sheet, such as ``"K7Q2-9XTB"``.

    Examples
    --------
    >>> code_of(b"secret", "Li Lei", "2-2-1") == code_of(b"secret", "Han Meimei", "2-2-1")
    False
    """
    letters = base64.b32encode(keyed(secret, "code", student, asked)).decode()[:CODE_LETTERS]
    return f"{letters[:4]}-{letters[4:]}"


def seed_of(secret: bytes, code: str, asked: str) -> int:
    """Return the seed from which the numbers of a sheet are drawn."""
    return int.from_bytes(keyed(secret, "numbers", code, asked)[:8], "big")


def read_secret(path: Path) -> bytes:
    """Return the secret in a file.

    Raises
    ------
    InputError
        If there is none, or it is too short to keep anything.
    """
    if not path.exists():
        why = "no such file; without the secret neither sheets nor keys come back."
        raise invalid_argument("secret", str(path), why, "the file that clearprop worksheet wrote.")
    secret = path.read_bytes().strip()
    if len(secret) < 16:
        why = "a secret of fewer than 16 characters can be guessed."
        raise invalid_argument("secret", str(path), why, "a longer one, or no file: one is made.")
    return secret


def new_secret() -> bytes:
    """Return a secret that nobody knows yet."""
    return secrets.token_hex(32).encode()
