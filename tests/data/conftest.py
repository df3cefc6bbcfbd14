"""A table as it stands in a file."""

import pytest

from clearprop.data import read_table


@pytest.fixture
def write(tmp_path):
    def writer(content, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writer


@pytest.fixture
def read(write):
    def reader(content, **options):
        return read_table(write(content), **options)

    return reader
