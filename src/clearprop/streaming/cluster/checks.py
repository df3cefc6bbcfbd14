"""What must hold of a cluster before anything is sent to it."""

from importlib import metadata
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.streaming.cluster.sums import ClusterError

PATIENCE = 10
"""Seconds that the first worker has to join."""


def check_cluster(client: Any) -> None:
    """Refuse what is no client, and a cluster without workers or with other versions than here.

    None, for no cluster, is fine.

    Raises
    ------
    InputError, ClusterError
    """
    if client is None:
        return
    require("a cluster", "distributed")
    from distributed import Client

    if not isinstance(client, Client):
        why = "it is no client of Dask."
        hint = "distributed.Client('tcp://10.0.0.1:8786')."
        raise invalid_argument("client", client, why, hint)
    if client.status != "running":
        raise ClusterError("the client is closed. try: a new one.")
    if not client.nthreads():
        _wait_for_one(client)
    try:
        here = metadata.version("clearprop")
    except metadata.PackageNotFoundError:  # run from its source, and so are workers, probably
        return
    # a function of Python's own: one of clearprop's could not be read where there is none
    found = client.run(metadata.version, "clearprop", on_error="return")
    for worker, there in found.items():
        if there != here:
            what = "no clearprop" if isinstance(there, Exception) else f"clearprop {there}"
            raise ClusterError(
                f"the worker {worker} has {what}, and here is {here}. "
                f"try: pip install 'clearprop[dask]=={here}' there."
            )


def _wait_for_one(client: Any) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        address = client.scheduler.address
        raise ClusterError(
            f"no worker has joined {address}. try: `dask worker {address}` on each machine."
        ) from None
