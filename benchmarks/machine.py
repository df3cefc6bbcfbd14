"""The machine and the versions behind a table, and the machine's own speed at matrix products."""

import os
import platform
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np
from scipy.linalg.blas import dgemm, sgemm

import clearprop

PACKAGES = (
    "numpy", "scipy", "numba", "llvmlite", "scikit-learn", "torch", "jax", "jaxlib",
    "torch-levenberg-marquardt",
)  # fmt: skip
STEERING = ("OPENBLAS_", "MKL_", "OMP_", "NUMBA_", "XLA_", "JAX_", "CLEARPROP_")
"""Beginnings of the variables that change what libraries do."""
SIDE = 2048
"""Of the square matrices whose product is timed."""


def versions() -> str:
    """Return Python and the packages that take part, with versions."""
    found = [f"clearprop {clearprop.__version__}", f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(found)


def description() -> str:
    """Return processor, cores, widest vectors and system."""
    information = Path("/proc/cpuinfo")
    model, vectors = platform.processor() or platform.machine(), ""
    if information.exists():
        text = information.read_text()
        names = [
            line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line
        ]
        model = names[0] if names else model
        vectors = next(
            (f", {n}" for f, n in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f in text), ""
        )
    return f"{model}, {cores()} cores{vectors}, {platform.system()} {platform.machine()}"


def environment() -> str:
    """Return the variables that tell numerical libraries how to compute; "none" if none is set."""
    told = sorted(name for name in os.environ if name.startswith(STEERING))
    return ", ".join(f"{name}={os.environ[name]}" for name in told) or "none"


def cores() -> int:
    """Return the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def peak_memory() -> int:
    """Return the most bytes of memory this process has held."""
    # getrusage would remember the process that started this one
    return _status("VmHWM") or _usage()


def memory_now() -> int:
    """Return the bytes of memory this process holds; the most so far where nobody says."""
    return _status("VmRSS") or _usage()


def _status(name: str) -> int:
    """Return an entry of Linux's account of this process in bytes, 0 elsewhere."""
    file = Path("/proc/self/status")
    lines = file.read_text().splitlines() if file.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if name in line), 0)


def _usage() -> int:
    import resource  # there is none on Windows

    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def watch_peak(dtype: str) -> None:
    """Time a large matrix product on one core and on all, and remember the best rate so far.

    Called between the rows, so that a disturbed moment does not pass for the machine's limit.
    """
    from threadpoolctl import threadpool_limits

    product: Callable[..., object] = sgemm if dtype == "float32" else dgemm
    square = np.random.default_rng(0).standard_normal((SIDE, SIDE)).astype(dtype, order="F")
    for count in (1, cores()):
        with threadpool_limits(count, user_api="blas"):
            for _ in range(3):
                began = time.perf_counter()
                product(1.0, square, square)
                rate = 2 * SIDE**3 / (time.perf_counter() - began)
                _peaks[dtype] = max(_peaks.get(dtype, 0.0), rate)


def peak(dtype: str) -> float:
    """Return the best rate seen, in operations a second."""
    if dtype not in _peaks:
        watch_peak(dtype)
    return _peaks[dtype]


_peaks: dict[str, float] = {}
