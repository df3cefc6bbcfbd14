"""The machine and the versions behind a table, and the machine's own speed at matrix products."""

import os
import platform
import time
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np
from scipy.linalg.blas import dgemm, sgemm

PACKAGES = (
    "clearprop", "numpy", "scipy", "numba", "llvmlite", "scikit-learn", "torch", "jax", "jaxlib",
    "torch-levenberg-marquardt",
)  # fmt: skip
SIDE = 2048
"""Of the square matrices whose product is timed."""


def versions() -> str:
    """Return Python and the packages that take part, with versions."""
    found = [f"Python {platform.python_version()}"]
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


def cores() -> int:
    """Return the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def peak_memory() -> int:
    """Return the most bytes of memory this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage remembers the process that started this one
        line = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
        return int(line.split()[1]) * 1024
    import resource

    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


@cache
def peak(dtype: str) -> float:
    """Return the operations a second of SciPy's matrix product on all cores, best of several."""
    product: Callable[..., object] = sgemm if dtype == "float32" else dgemm
    square = np.random.default_rng(0).standard_normal((SIDE, SIDE)).astype(dtype, order="F")
    best = np.inf
    for _ in range(7):
        began = time.perf_counter()
        product(1.0, square, square)
        best = min(best, time.perf_counter() - began)
    return 2 * SIDE**3 / best
