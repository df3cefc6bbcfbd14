"""Where random numbers come from: a seed, or a generator of NumPy's, new or old."""

import numpy as np

from clearprop._errors import invalid_argument

RandomSource = np.random.Generator | np.random.RandomState
Seed = int | None | RandomSource


def random_source(seed: Seed) -> RandomSource:
    """Return the generator that `seed` stands for: itself, or a new one seeded with it."""
    if isinstance(seed, np.random.Generator | np.random.RandomState):
        return seed
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer)):
        raise invalid_argument("seed", seed, "it is no whole number and no generator.", "seed=0.")
    if seed is not None and seed < 0:
        raise invalid_argument("seed", seed, "it is negative.", "seed=0.")
    return np.random.default_rng(seed)


def seeds_from(seed: Seed, count: int) -> tuple[int, ...]:
    """Return different seeds for so many trainings, drawn from the source that `seed` stands for.

    Examples
    --------
    >>> len(set(seeds_from(0, 100)))
    100
    """
    own = np.random.default_rng(int(random_source(seed).random() * 2**53))
    return tuple(own.choice(2**20, count, replace=False).tolist())
