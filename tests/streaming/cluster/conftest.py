"""Clusters on this machine: workers in this process, and two that are processes."""

import pytest


def _cluster_of(workers, **options):
    from distributed import LocalCluster

    options = {"processes": False, "threads_per_worker": 1, "dashboard_address": None, **options}
    return LocalCluster(n_workers=workers, **options)


@pytest.fixture(scope="session")
def cluster_of():
    return _cluster_of


@pytest.fixture(scope="session")
def client():
    from distributed import Client

    with _cluster_of(3) as cluster, Client(cluster) as client:
        yield client


@pytest.fixture(scope="session")
def processes():
    """A client of two processes; the nanny of one that is killed starts another one."""
    from distributed import Client

    cluster = _cluster_of(2, processes=True)
    with cluster, Client(cluster, set_as_default=False) as client:
        yield client
