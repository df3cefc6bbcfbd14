"""The one table inside of an archive is read; other archives are refused."""

import gzip
import io
import zipfile

import pytest

from clearprop._errors import InputError


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/")), content)
    return stream.getvalue()


def test_a_table_alone_in_an_archive_is_read(read):
    for content in (zipped(a="x,y\n1,2\n", folder__=b""), gzip.compress(b"x,y\n1,2\n")):
        assert read(content).frame.to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(a="x\n1\n", b="x\n1\n"), "archive of 2 files"),
        (zipped(), "archive"),
        (zipped(**{"[Content_Types].xml": "", "xl": ""}), "it is a spreadsheet"),
        (zipped(a="x,y\n1,2\n" * 50)[:-30], "damaged archive"),
        (gzip.compress(b"x,y\n1,2\n" * 50, mtime=0)[:-9], "damaged archive"),
    ],
    ids=["two files", "no file", "spreadsheet", "damaged zip", "damaged gzip"],
)
def test_other_archives_are_refused(read, content, message):
    with pytest.raises(InputError, match=message):
        read(content)


def test_an_archive_of_a_table_that_is_too_large_is_refused(read, monkeypatch):
    monkeypatch.setattr("clearprop.data.compressed.MAX_BYTES", 5)
    for content in (zipped(a="x,y\n1,2\n"), gzip.compress(b"x,y\n1,2\n")):
        with pytest.raises(InputError, match="takes more than"):
            read(content)
