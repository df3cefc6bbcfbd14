"""Encodings by their bytes: what is read as what, and from how many characters on."""

import pytest

from clearprop._errors import InputError
from clearprop.data.decoding import decode

RARE = "鑫"
"""A character of the second level of GB 2312, which few texts have."""
READ = {
    "common characters": (("中" * 20).encode("gbk"), "GBK"),
    "one in ten is rare": (("中" * 9 + RARE).encode("gbk"), "GBK"),
    "punctuation": ("北京，上海。广州、".encode("gbk"), "GBK"),
    "both ends of the common ones": ("啊座".encode("gbk"), "GBK"),
    "frequent in Big5": ("臺灣，高雄。".encode("big5"), "Big5"),
    "eight Korean syllables": ("서울특별시부산광".encode("euc_kr"), "EUC-KR"),
    "one accent": ("Zürich".encode("cp1252"), "Windows-1252"),
    "accents side by side": (
        "Zoë, Noëlle, naïf, Août, Groß, créée".encode("cp1252"),
        "Windows-1252",
    ),
    "signs": ("5 £, 20 °C, “quoted”, a – b".encode("cp1252"), "Windows-1252"),
    "UTF-16, small end first": ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16"),
    "UTF-16, large end first": ("a,b\n1,2\n".encode("utf-16-be"), "UTF-16"),
    "UTF-16, four in ten Chinese": ("abcdef北京上海".encode("utf-16-le"), "UTF-16"),
    "UTF-16 with a mark": ("城市".encode("utf-16"), "UTF-16"),
    "two letters": ("ab".encode("utf-16-le"), "UTF-16"),
}


@pytest.mark.parametrize(("content", "name"), READ.values(), ids=READ)
def test_a_text_is_read_in_the_encoding_that_fits_it(content, name):
    text, note, codec = decode(content, "t.csv")
    assert note.en == f"t.csv is read as {name}."
    assert text == content.decode(codec)
    assert "\0" not in text
    assert "\ufeff" not in text


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", "城市,Zürich\n".encode(), b"", b"a"])
def test_utf8_needs_no_note(content):
    assert decode(content, "t.csv")[:2] == (content.decode(), None)
    assert decode(b"\xef\xbb\xbf" + content, "t.csv")[:2] == (content.decode(), None)


REFUSED = {
    "three in ten are rare": (b"x\n" + ("中" * 7 + RARE * 3).encode("gbk"), "line 2: this is not"),
    "another alphabet": (b"x,y\n1,2\n" + "Москва".encode("cp1251"), "line 3: this is not UTF-8"),
    "a zero byte": (b"a,b\n1,\0\n", "is not a text file"),
    "half a character": ("ab城".encode("utf-16")[:-1], "damaged UTF-16"),
    "no letter of it": (b"caf\x81", "line 1: this is not UTF-8"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_other_bytes_are_refused_with_their_line(content, message):
    with pytest.raises(InputError, match=message):
        decode(content, "t.csv")


def test_too_few_syllables_are_not_taken_for_korean():
    assert decode("서울특별시부산".encode("euc_kr"), "t.csv").note.en != "t.csv is read as EUC-KR."
