"""Messages between processes: what is sent arrives, and nothing else is taken for a message."""

import json
import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop._text import Text
from clearprop.check.script.channel import MAX_BYTES, Channel
from clearprop.check.script.messages import (
    Answer,
    Failed,
    Found,
    Reading,
    Reply,
)
from clearprop.check.script.observed import Trouble
from clearprop.check.script.schema import (
    MAX_TEXT,
    UnusableError,
    array_as_data,
    as_data,
    read_message,
)

TROUBLE = Trouble(3, "ValueError", Text("no", "不"))
SENT = {
    "found": Answer(Found((2, 1), {"W1": (2, 1)}, {"dW1": np.array([[0.5], [np.nan]])}, loss=1.5)),
    "list": Answer(Found((2, 1), {}, [[np.float32([1, 2]), None], [3, 2.5]], np.zeros((0, 2)))),
    "failed": Answer(failed=Failed("loss", TROUBLE, None, True, False, False), troubles=(TROUBLE,)),
    "losses": Answer(losses={"W1": np.ones((2, 1, 2))}, takes_penalty=True, walls=("seccomp",)),
}


@pytest.mark.parametrize("message", SENT.values(), ids=SENT)
def test_what_is_sent_arrives(message):
    back = read_message(Answer, json.dumps(as_data(message)).encode())
    assert as_data(back) == as_data(message) or np.isnan(back.found.gradients["dW1"]).any()
    assert back.troubles == message.troubles
    if message.found is not None:
        assert back.found.sizes == message.found.sizes


@pytest.mark.parametrize("value", [1j, "text", object(), np.array(["a"]), np.zeros(500_001)])
def test_what_holds_no_numbers_arrives_as_nothing(value):
    found = Found((1, 1), {}, {"dW1": value})
    if isinstance(value, str):
        with pytest.raises(UnusableError):
            read_message(Answer, json.dumps(as_data(Answer(found))).encode())
        return
    back = read_message(Answer, json.dumps(as_data(Answer(found))).encode())
    assert back.found.gradients == {"dW1": None}


ARRAY = array_as_data(np.zeros((2, 1)))
BAD = {
    "no JSON": b"{",
    "no object": b"[]",
    "nothing": b"null",
    "another field": b'{"success": null}',
    "deep": b"[" * 100_000,
    "many digits": b'{"troubles": ' + b"9" * 10_000 + b"}",
    "a text for a truth value": b'{"takes_penalty": "yes"}',
    "a number for a truth value": b'{"takes_penalty": 1}',
    "many texts": json.dumps({"walls": ["x"] * 3000}).encode(),
    "half a text": b'{"troubles": [{"line": 1, "kind": "E", "message": ["en"]}]}',
    "another stage": json.dumps(as_data(SENT["failed"])).replace('"loss"', '"lost"').encode(),
    **{
        f"an array of {what}": json.dumps(
            as_data(SENT["found"]) | {"found": {"sizes": [1], "own_shapes": {}, "gradients": array}}
        ).encode()
        for what, array in {
            "a huge type": {**ARRAY, "dtype": "U500000000"},
            "objects": {**ARRAY, "dtype": "object"},
            "another length": {**ARRAY, "shape": [3, 1]},
            "negative length": {**ARRAY, "shape": [-1, 2]},
            "huge length": {**ARRAY, "shape": [2**40, 2**40]},
            "no bytes": {**ARRAY, "array": "?"},
            "five axes": {**ARRAY, "shape": [1, 1, 1, 1, 2]},
            "no shape": {**ARRAY, "shape": 2},
            "huge number": 10**400,
            "deep lists": [[[[[[1.0]]]]]],
        }.items()
    },
}


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_what_is_no_message_is_refused(message):
    with pytest.raises(UnusableError):
        read_message(Answer, message)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([f for k in (Answer, Found, Failed, Reply) for f in k.__annotations__]),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON, st.sampled_from([Answer, Found, Failed, Reply, Reading]))
def test_whatever_comes_is_a_message_or_refused(data, kind):
    try:
        message = read_message(kind, json.dumps(data).encode())
    except UnusableError:
        return
    assert isinstance(message, kind)


def test_texts_hold_nothing_that_moves_the_cursor():
    trouble = Trouble(1, "E", Text("\x1b[2J" + "x" * 10_000, "\n\r\0"))
    [back] = read_message(
        Answer, json.dumps(as_data(Answer(troubles=(trouble,)))).encode()
    ).troubles
    assert back.message.en.isprintable()
    assert len(back.message.en) <= MAX_TEXT
    assert back.message.zh == "   "


@pytest.fixture
def pipes():
    """Two ends of a conversation with oneself."""
    reading, writing = os.pipe()
    channel = Channel(reading, writing)
    yield channel
    channel.close()


def test_a_channel_carries_messages(pipes):
    pipes.send({"a": [1, 2]})
    pipes.send("next")
    assert json.loads(pipes.receive()) == {"a": [1, 2]}
    assert json.loads(pipes.receive()) == "next"


def test_a_channel_refuses_long_messages_before_it_reads_them(pipes):
    with pytest.raises(UnusableError):
        pipes.send("x" * (MAX_BYTES + 1))
    os.write(pipes.writing, b"\xff\xff\xff\xff")
    with pytest.raises(UnusableError):
        pipes.receive()


def test_a_channel_waits_no_longer_than_it_is_told(pipes):
    looks = []
    with pytest.raises(TimeoutError):
        pipes.receive(time.monotonic() + 0.3, lambda: looks.append(1))
    assert looks
    os.write(pipes.writing, b"\0\0\0\5he")
    with pytest.raises(TimeoutError):
        pipes.receive(time.monotonic())
