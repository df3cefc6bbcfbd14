"""Answers of servers that cannot be asked: what a program would have downloaded is made up."""

import json
import types
from collections.abc import Callable, Iterator
from typing import Any


class Answer:
    """An answer to ``requests.get(url)`` or ``urlopen(url)``.

    Parameters
    ----------
    content : bytes
    """

    ok, status_code, status, headers = True, 200, 200, types.MappingProxyType({})

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.raw = self
        self.left = content

    @property
    def text(self) -> str:
        """The content as a text."""
        return self.content.decode("utf-8", "replace")

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes more, or all that are left."""
        size = len(self.left) if size is None or size < 0 else size
        part, self.left = self.left[:size], self.left[size:]
        return part

    def iter_content(self, chunk_size: int = 1024, **_: Any) -> Iterator[bytes]:
        """Yield the content in pieces."""
        while part := self.read(chunk_size):
            yield part

    def json(self, **_: Any) -> Any:
        """Return what the content holds."""
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        """Complain of nothing."""

    close = raise_for_status

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.content.splitlines(keepends=True))


def module_of(get: Callable[..., Answer]) -> types.ModuleType:
    """Return a module that answers as ``requests`` does."""
    made = types.ModuleType("requests")
    session = types.SimpleNamespace(get=get, headers={}, close=lambda: None)
    made.__dict__.update(get=get, Session=lambda: session, exceptions=types.SimpleNamespace(
        RequestException=OSError, HTTPError=OSError, ConnectionError=OSError
    ))  # fmt: skip
    return made
