"""What an error of clearprop looks like: one line, the argument, its value, why, what to try."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from clearprop import InputError

TONE = re.compile(r"`\w+` \(=.*\) cannot be used: .*\. try: .*\.")


@contextmanager
def refused(argument: str, *words: str) -> Iterator[None]:
    """Expect a refusal of `argument` in the tone of the house, with these words in it."""
    with pytest.raises(InputError) as caught:
        yield
    message = str(caught.value)
    assert TONE.fullmatch(message), message
    assert message.startswith(f"`{argument}` (="), message
    assert len(message) < 400, message
    for word in words:
        assert word in message, message
