"""Random numbers for the page: the states of NumPy's generators, and normal draws.

The page runs PCG64 itself, from the state that a seed has in NumPy; so it draws the same uniform
numbers, and the same orders of rows. Normal numbers come from here.
"""

from typing import Any

import numpy as np

from clearprop.playing.scene import packed

SEEDS = 20
"""The page knows the seeds 0 … 19."""
NORMALS = 64
"""Normal draws of each seed; a network with more weights gets them by a formula of the page."""


def draws() -> dict[str, Any]:
    """Return the generators' states by seed, and their first normal draws."""
    states = [np.random.default_rng(seed).bit_generator.state["state"] for seed in range(SEEDS)]
    normals = [np.random.default_rng(seed).standard_normal(NORMALS) for seed in range(SEEDS)]
    return {
        "states": [[str(state["state"]), str(state["inc"])] for state in states],
        "normals": [packed(each) for each in normals],
    }
