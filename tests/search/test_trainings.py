"""Trainings side by side come back in their order; a runner takes over what is not watched."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

import clearprop as cp
from clearprop.search.trainings import Several, Trained, elsewhere, side_by_side
from clearprop.training import Stopping, train

X = np.linspace(-1, 1, 12)[:, None]


@dataclass(frozen=True)
class Lines(Several):
    """Straight lines, each from a start of its own."""

    def one(self, number: int) -> Trained:
        return Trained(
            train(self.network, self.X, self.Y, replace(self.config, seed=self.seeds[number]))
        )


CONFIG = cp.TrainingConfig(solver="rprop", stopping=Stopping(max_epochs=1))
LINES = Lines(cp.Network(1, [cp.Layer(1)]), X, X, CONFIG, (3, 1, 2))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_order_is_that_of_the_seeds(n_jobs: int) -> None:
    vectors = [each.result.parameters.vector for each in side_by_side(LINES, n_jobs)]
    alone = [LINES.one(number).result.parameters.vector for number in range(3)]
    np.testing.assert_array_equal(vectors, alone)


@pytest.mark.parametrize("watched", [False, True])
def test_a_runner_takes_over_what_is_not_watched(watched: bool) -> None:
    asked: list[Several] = []

    def runner(several: Several) -> list[Trained]:
        asked.append(several)
        return []

    config = replace(CONFIG, inspect=(lambda record, parameters: None) if watched else None)
    with elsewhere(runner):
        found = side_by_side(replace(LINES, config=config), 1)
    assert (len(found), len(asked)) == ((3, 0) if watched else (0, 1))
    assert all(each.network.n_jobs == 1 for each in asked)
