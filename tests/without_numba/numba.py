"""Stands before Numba on the path under `pytest --without-numba`, in this process and its own."""

raise ModuleNotFoundError("Numba is hidden by --without-numba", name="numba")
