"""The memory that is left is the least of what machine, container and limits leave."""

import pytest

from clearprop.streaming import memory


def test_some_memory_is_left():
    assert 0 < memory.available_memory() <= memory.UNLIMITED


@pytest.mark.parametrize(("limit", "used"), memory.IN_GROUP)
def test_a_container_has_no_more_than_its_limit(tmp_path, monkeypatch, limit, used):
    for name, content in ((limit, "2000000"), (used, "1500000")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    assert memory.available_memory() == 500_000


def test_a_container_without_a_limit_says_max(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text("max")
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    assert memory.available_memory() > 10**6


def test_a_limit_of_addresses_counts(monkeypatch):
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (5 * 2**30, 5 * 2**30))
    assert memory.available_memory() < 5 * 2**30
