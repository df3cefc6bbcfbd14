"""Text from the bytes of a file, in the encodings that spreadsheets write.

UTF-8 is the rule. UTF-16 and what Excel writes in China, Korea and Western Europe are accepted
where every byte decodes and the characters are such as people write; else the file is refused.
"""

import codecs
import re
from collections.abc import Callable
from typing import NamedTuple

from clearprop._errors import InputError
from clearprop._text import Text

SAMPLE = 20_000
"""Characters by which an encoding is judged."""
PLAUSIBLE = 0.9
"""Part of the characters that must be common ones."""
MIN_KOREAN = 8
"""So many characters cannot all lie among the Korean syllables by chance: in Chinese, half do."""


class Decoded(NamedTuple):
    """The text of a file, a note if it is not UTF-8, and Python's name of the encoding."""

    text: str
    note: Text | None
    codec: str = "utf-8-sig"


def decode(content: bytes, source: str) -> Decoded:
    """Return the text in the bytes of a file.

    Raises
    ------
    InputError
        If the bytes are no text in any of the encodings; it names the line.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as(content, "utf-16", "UTF-16", source)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decoded_otherwise(content, source, error)
    order = _order_of_utf16(content)
    if order is not None:
        return _as(content, order, "UTF-16", source)
    if "\0" in text:
        raise InputError(f"{source} is not a text file. try: a CSV or Parquet file.")
    return Decoded(text, None)


def _as(content: bytes, codec: str, name: str, source: str) -> Decoded:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        raise InputError(f"{source} is damaged UTF-16 text. try: save it as 'CSV UTF-8'.") from None
    note = Text(f"{source} is read as {name}.", f"{source} 按 {name} 读取。")
    return Decoded(text, note, codec)


def _order_of_utf16(content: bytes) -> str | None:
    """Return the codec of UTF-16 without a mark: every second byte of Western text is 0."""
    beginning = content[: SAMPLE - SAMPLE % 2]
    if len(content) % 2 or len(beginning) < 4:
        return None
    first, second = beginning[::2], beginning[1::2]
    if second.count(0) > 0.5 * len(second) and 0 not in first:
        return "utf-16-le"
    if first.count(0) > 0.5 * len(first) and 0 not in second:
        return "utf-16-be"
    return None


def _decoded_otherwise(content: bytes, source: str, error: UnicodeDecodeError) -> Decoded:
    order = _order_of_utf16(content)
    if order is not None:
        return _as(content, order, "UTF-16", source)
    candidates = [(share(content), codec, name) for codec, name, share in CANDIDATES]
    best, codec, name = max(candidates, key=lambda candidate: candidate[0])
    if best >= PLAUSIBLE and b"\0" not in content:
        return _as(content, codec, name, source)
    line = content.count(b"\n", 0, error.start) + 1
    raise InputError(
        f"{source}, line {line}: this is not UTF-8 text. try: save the file as 'CSV UTF-8'."
    )


def _share(codec: str, common: Callable[[bytes], bool]) -> Callable[[bytes], float]:
    """Return the part of the characters beyond ASCII that are common, 0 for what does not decode.

    `common` is asked about the bytes of each character.
    """

    def share(content: bytes) -> float:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            return 0.0
        beyond = re.findall(r"[^\x00-\x7f]", text)[:SAMPLE]
        return sum(common(one.encode(codec)) for one in beyond) / max(len(beyond), 1)

    return share


def _is_common_gbk(one: bytes) -> bool:
    """Return whether it is a sign, a Greek letter, or a character of GB 2312's first level."""
    return (
        len(one) == 2
        and one[1] >= 0xA1
        and (one[0] in (0xA1, 0xA3, 0xA6) or 0xB0 <= one[0] <= 0xD7)
    )


def _is_common_big5(one: bytes) -> bool:
    """Return whether it is punctuation, or one of the 5,401 frequent characters of Big5."""
    return len(one) == 2 and 0xA1 <= one[0] <= 0xC6


def _korean(content: bytes) -> float:
    """Return the part of the characters that are Korean syllables; 0 for too few to tell."""
    share = _share("euc_kr", lambda one: len(one) == 2 and 0xB0 <= one[0] <= 0xC8)(content)
    enough = len(re.findall(rb"[\x80-\xff]", content[:SAMPLE])) >= 2 * MIN_KOREAN
    return 1.01 * share if enough and share > 0.99 else 0.0


def _western(content: bytes) -> float:
    """Return the part of the characters that are letters or signs of Western European languages.

    Accented letters stand among plain ones; words made of nothing else are of another alphabet.
    """
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return 0.0
    runs = re.findall(r"[^\x00-\x7f]+", text)[:SAMPLE]
    beyond = "".join(runs)
    if len(beyond) > 1.2 * len(runs):
        return 0.0
    good = sum(one in "€£§°±²³µ·½–—‘’“”…´ª«»\xa0" or "À" <= one <= "ÿ" for one in beyond)
    return PLAUSIBLE if good == len(beyond) else 0.0


CANDIDATES = (
    ("gb18030", "GBK", _share("gb18030", _is_common_gbk)),
    ("big5", "Big5", _share("big5", _is_common_big5)),
    ("euc_kr", "EUC-KR", _korean),
    ("cp1252", "Windows-1252", _western),
)
"""Codec, name and plausibility of each; the first of equals is taken."""
