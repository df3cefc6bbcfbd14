"""A cluster that cannot do its work is one line, before anything is sent."""

import threading
from importlib import metadata

import pytest

import clearprop as cp
from clearprop import ClearpropError
from clearprop.streaming.cluster import checks
from clearprop.streaming.cluster.checks import check_cluster

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
# what its threads and sockets leave behind when a cluster is closed is not ours
pytestmark = pytest.mark.filterwarnings("ignore")
TABLE = {"x": range(20), "y": range(20)}


def test_an_address_is_no_client():
    with pytest.raises(ClearpropError, match=r"`client` \(='tcp://10.*distributed\.Client"):
        cp.fit(TABLE, "y", client="tcp://10.0.0.1:8786")


def test_nobody_works(cluster_of, monkeypatch):
    monkeypatch.setattr(checks, "PATIENCE", 0.1)
    with cluster_of(0) as cluster, distributed.Client(cluster) as client:
        with pytest.raises(ClearpropError, match=r"no worker has joined .*`dask worker "):
            check_cluster(client)
        client.close()
        with pytest.raises(ClearpropError, match="the client is closed"):
            check_cluster(client)


def lacking(package):
    raise metadata.PackageNotFoundError(package)


@pytest.mark.parametrize(
    ("there", "said"), [(lambda package: "0.1", "clearprop 0.1"), (lacking, "no clearprop")]
)
def test_workers_have_another_version(client, monkeypatch, there, said):
    """The workers are threads here."""

    def version(package):
        return "9.9" if threading.current_thread() is threading.main_thread() else there(package)

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(ClearpropError, match=f"has {said}, and here is 9.9"):
        check_cluster(client)


def test_a_source_without_a_version_is_not_compared(client, monkeypatch):
    monkeypatch.setattr(metadata, "version", lacking)
    check_cluster(client)
