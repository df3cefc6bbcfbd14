"""The cache holds every row once, in the part that was drawn for it, encoded and scaled."""

import json

import numpy as np
import pytest

from clearprop import InputError
from clearprop.data import as_table
from clearprop.streaming import cache as caching
from clearprop.streaming import source_of
from clearprop.streaming.cache import check_room, identity, opened, write_cache
from clearprop.streaming.parts import PartOfRows
from clearprop.streaming.survey import survey

PARTS = PartOfRows(0.1, 0.2, seed=3)


@pytest.fixture
def made(parquet, tmp_path, monkeypatch):
    monkeypatch.setattr(caching, "PILE", 8000)
    source = source_of(parquet)
    seen = survey(source, ["y"], PARTS)
    statistics = seen.statistics
    scalings = tuple(
        seen.scaling(each, "standardize") for each in (statistics.inputs, statistics.targets)
    )
    return source, seen, scalings, write_cache(tmp_path, source, seen, PARTS, scalings)


def sorted_rows(parts):
    rows = np.vstack([np.hstack(part) for part in parts])
    return rows[np.lexsort(rows.T)]


def test_every_row_is_there_once(made, table):
    _, seen, scalings, cache = made
    known = as_table(table).with_values(["y"])
    X = scalings[0].apply(seen.encoding.matrix(known))
    Y = scalings[1].apply(seen.target.encode(known))
    piles = [cache.pile(n) for n in range(len(cache.rows))]
    found = sorted_rows([*piles, cache.validation, cache.test])
    np.testing.assert_array_equal(found, sorted_rows([(X.astype("f4"), Y.astype("f4"))]))
    assert len(piles) > 5
    assert tuple(len(Y) for _, Y in piles) == cache.rows
    assert (sum(cache.rows), *cache.held_back) == seen.rows


def test_a_pile_is_a_sample_of_all_rows(made):
    cache = made[3]
    means = [cache.pile(n)[0].mean(axis=0) for n in range(len(cache.rows))]
    spread = 1 / np.sqrt(min(cache.rows))
    assert np.abs(means).max() < 5 * spread


def test_piles_come_in_the_order_that_is_asked_for(made):
    cache = made[3]
    order = [2, 0, 1]
    for number, (X, Y) in zip(order, cache.in_order(order), strict=True):
        np.testing.assert_array_equal(X, cache.pile(number)[0])
        np.testing.assert_array_equal(Y, cache.pile(number)[1])


def test_it_is_known_again_and_a_change_is_seen(made):
    source, seen, scalings, cache = made
    content = identity(source, seen, PARTS, scalings)
    assert opened(cache.folder, content) == cache
    other = PartOfRows(0.1, 0.2, seed=4)
    assert opened(cache.folder, identity(source, seen, other, scalings)) is None
    known = json.loads((cache.folder / caching.CONTENT).read_text())
    assert known["identity"] == content
    (cache.folder / caching.CONTENT).unlink()
    assert opened(cache.folder, content) is None


def test_a_disk_without_room_is_refused_before_anything_is_written(made, monkeypatch):
    _, seen, _, cache = made
    monkeypatch.setattr(caching, "SPARE", 10**18)
    with pytest.raises(InputError, match=r"`cache`.*GB are needed.*GB are free"):
        check_room(cache.folder, seen)


def test_a_source_that_grows_in_between_is_refused(made, tmp_path, parquet):
    _, seen, scalings, _ = made
    folder = tmp_path / "other"
    folder.mkdir()
    part = source_of(parquet / "part-0.parquet")
    with pytest.raises(InputError, match="has changed while it was read"):
        write_cache(folder, part, seen, PARTS, scalings)
    assert not (folder / caching.CONTENT).exists()
