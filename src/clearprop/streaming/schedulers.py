"""A cluster by the address of its scheduler: the door of the command line."""

import socket
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.fitting import TableFit
from clearprop.streaming.fitting import fit

PATIENCE = 10
"""Seconds that a scheduler has to answer."""


def fit_at(*given: Any, scheduler: str | None = None, **asked: Any) -> TableFit:
    """Train as `clearprop.fit` does, on the cluster of a scheduler if there is one.

    Parameters
    ----------
    *given, **asked
        Arguments of `clearprop.fit`.
    scheduler : str, optional
        Its address, ``tcp://host:port``.

    Raises
    ------
    InputError
        If nobody answers there.
    """
    if scheduler is None:
        return fit(*given, **asked)
    require("a cluster", "distributed")
    from distributed import Client

    try:
        _look_up(scheduler)
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError):  # a time that is over is an OSError
        why = "no scheduler answers there."
        hint = "the address that `dask scheduler` prints, such as tcp://10.0.0.1:8786."
        raise invalid_argument("scheduler", scheduler, why, hint) from None
    with client:
        return fit(*given, client=client, **asked)


def _look_up(scheduler: str) -> None:
    """Refuse a host of no known name at once: a client would try for a while, and then complain.

    Raises
    ------
    OSError, ValueError
        If there is no such host, or this is no address.
    """
    from distributed.comm.addressing import get_address_host, parse_address

    scheme, host = parse_address(scheduler)[0], get_address_host(scheduler)
    if scheme in ("tcp", "tls"):
        socket.getaddrinfo(host, None)
