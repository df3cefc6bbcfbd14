"""A barrier between threads of compiled code, which wait for one another without leaving it."""

from clearprop.engine.compilation import inner
from clearprop.engine.numba_compat import sched_yield
from clearprop.engine.pointers import atomic_add, atomic_load

SPINS = 2000
"""Looks at the barrier before a thread offers its processor to others; about 10 µs."""


@inner
def wait_for_all(barrier, workers):
    """Return once all workers have come here; `barrier` is a counter of arrivals, never reset."""
    if workers > 1:
        arrived = atomic_add(barrier, 1) + 1
        target = (arrived + workers - 1) // workers * workers
        spins = 0
        while atomic_load(barrier) < target:
            spins += 1
            if spins > SPINS:
                sched_yield()
