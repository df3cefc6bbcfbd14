"""Bayesian regularisation on curves where it could end in a flat line, and 140 fits beside it.

python -m benchmarks.solvers.regularization [--seeds 20]
"""

import argparse
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks import table
from clearprop import Layer, MLPRegressor, Network
from clearprop.losses import LOSSES
from clearprop.training import Stopping, TrainingConfig, train

SCALINGS = ("minmax", "standardize")
INITIALIZERS = ("nguyen_widrow", "xavier", "he", "normal")
FLAT = 2.5
"""γ, the parameters that the data determine, below which a fit is no curve."""
MISSED = 0.5
"""Part of the curve's standard deviation: a fit with a larger error has not found the curve."""
DENSE = 500
"""Points between the ends of a curve, where the error is measured."""
SLOW_SEEDS = 5
"""Seeds at most where there are 50 units."""
FITS, ITERATIONS, UNITS = 10, 60, 8
"""Of each table and solver, and how long and large they are."""


@dataclass(frozen=True)
class Curve:
    """A problem that users of MATLAB's trainbr meet first."""

    name: str
    reach: str
    units: int
    points: Callable[[int], np.ndarray]
    """From a seed to x."""
    value: Callable[[np.ndarray], np.ndarray]
    noise: float

    def data(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return x and noisy y, each of shape (m, 1)."""
        x = self.points(seed)[:, None]
        noise = self.noise * np.random.default_rng(1000 + seed).normal(size=x.shape)
        return x, self.value(x) + noise


CURVES = (
    Curve(
        "sin(2πx) + 0.1 noise, 41 points, 1-20-1", "0 flat, RMSE ≤ 0.065, γ 10–18", 20,
        lambda seed: np.arange(-1, 1.0001, 0.05), lambda x: np.sin(2 * np.pi * x), 0.1,
    ),
    Curve(
        "sin(5x) + 0.1 noise, 400 points, 1-10-1", "0 flat, R² ≥ 0.98", 10,
        lambda seed: np.random.default_rng(seed).uniform(-1, 1, 400), lambda x: np.sin(5 * x), 0.1,
    ),
    Curve(
        "sin(6x), 60 points, 1-10-1", "0 flat, R² ≥ 0.9999", 10,
        lambda seed: np.linspace(-1, 1, 60), lambda x: np.sin(6 * x), 0.0,
    ),
    Curve(
        "like simplefit, 94 points, 1-10-1", "0 flat", 10,
        lambda seed: np.linspace(0, 10, 94),
        lambda x: 5 + 4 * np.sin(1.1 * x + 0.5) * np.exp(-0.05 * x) - 0.2 * x, 0.0,
    ),
    Curve(
        "sin(x²) + 0.2 noise, 189 points, 1-50-1", "0 flat, RMSE ≤ 0.15, median ≤ 0.12", 50,
        lambda seed: np.arange(0, 3 * np.pi, 0.05), lambda x: np.sin(x**2), 0.2,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """What came of a fit."""

    rmse: float
    """To the curve without noise."""
    r2: float
    gamma: float
    seconds: float

    @property
    def is_flat(self) -> bool:
        """Whether the curve was missed."""
        return self.gamma < FLAT or self.r2 < 1 - MISSED**2


def fitted(curve: Curve, seed: int, scaling: str, initializer: str) -> Fit:
    """Return what Bayesian regularisation makes of a curve."""
    x, y = curve.data(seed)
    network = Network(1, [Layer(curve.units, "tanh"), Layer(1)])
    config = TrainingConfig(
        solver="bayesian_regularization",
        initializer=initializer,
        seed=seed,
        scale_inputs=scaling,  # type: ignore[arg-type]
        scale_targets=scaling,  # type: ignore[arg-type]
    )
    began = time.process_time()
    result = train(network, x, y, config)
    seconds = time.process_time() - began
    gamma = result.history[-1].details["effective_parameters"]
    return judged(curve, lambda given: network.forward(result.parameters, given), gamma, seconds)


def with_nothing_set(curve: Curve, seed: int) -> Fit:
    """Return what the estimator makes of a curve with everything left open."""
    x, y = curve.data(seed)
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MLPRegressor(random_state=seed).fit(x, y[:, 0])
    seconds = time.process_time() - began
    return judged(curve, lambda given: model.predict(given)[:, None], float("nan"), seconds)


def judged(
    curve: Curve, predict: Callable[[np.ndarray], np.ndarray], gamma: float, seconds: float
) -> Fit:
    """Return how far predictions are from the curve."""
    x = curve.points(0)
    dense = np.linspace(x.min(), x.max(), DENSE)[:, None]
    true = curve.value(dense)
    error = np.mean((predict(dense) - true) ** 2)
    return Fit(float(np.sqrt(error)), float(1 - error / true.var()), gamma, seconds)


def line_of(name: str, reach: str, fits: list[Fit]) -> list[str]:
    """Return the line of a problem."""
    errors, r2 = [fit.rmse for fit in fits], [fit.r2 for fit in fits]
    gamma = [fit.gamma for fit in fits if not np.isnan(fit.gamma)]
    flat = sum(fit.is_flat for fit in fits)
    known = f"{np.median(gamma):.1f} ({min(gamma):.1f} to {max(gamma):.1f})" if gamma else ""
    seconds = f"{np.median([fit.seconds for fit in fits]):.2g}"
    found = f"{np.median(errors):.3g}; {max(errors):.3g}"
    return [name, reach, f"{flat} of {len(fits)}", found, f"{min(r2):.5f}", known, seconds]


def curves(seeds: int) -> str:
    """Return the table of the problems, over all scalings and initialisers."""
    lines = []
    for curve in CURVES:
        few = seeds if curve.units < CURVES[-1].units else min(seeds, SLOW_SEEDS)
        fits = [
            fitted(curve, seed, scaling, initializer)
            for scaling in SCALINGS
            for initializer in INITIALIZERS
            for seed in range(few)
        ]
        lines.append(line_of(curve.name, curve.reach, fits))
    fits = [with_nothing_set(CURVES[-1], seed) for seed in range(min(seeds, SLOW_SEEDS))]
    lines.append(line_of("the last one, `MLPRegressor()`", "R² ≥ 0.97", fits))
    head = ["problem", "to reach", "flat", "RMSE to the curve: median; most", "least R²",
            "γ: median", "processor seconds"]  # fmt: skip
    return table.markdown(head, lines)


def tables() -> Iterator[tuple[str, np.ndarray, np.ndarray, str]]:
    """Yield seven tables: name, X, Y, and the loss."""
    from sklearn import datasets

    for name, load in (
        ("iris", datasets.load_iris),
        ("wine", datasets.load_wine),
        ("breast cancer", datasets.load_breast_cancer),
    ):
        X, y = load(return_X_y=True)
        yield name, X, np.eye(y.max() + 1)[y], "categorical_cross_entropy"
    squares = "half_squared_error"
    X, y = datasets.load_diabetes(return_X_y=True)
    yield "diabetes", X, y[:, None], squares
    X, Y = datasets.load_linnerud(return_X_y=True)
    yield "linnerud", X, Y, squares
    X, y = datasets.make_friedman1(200, noise=1.0, random_state=0)
    yield "friedman1", X, y[:, None], squares
    X, y = datasets.make_friedman2(200, noise=1.0, random_state=0)
    yield "friedman2", X, y[:, None], squares


def fits_of_tables() -> str:
    """Return how many fits of Levenberg-Marquardt and of Bayesian regularisation failed."""
    lines = []
    for name, X, Y, loss in tables():
        cells = [name]
        output = LOSSES[loss]().output_activation(Y.shape[1])
        network = Network(X.shape[1], [Layer(UNITS, "tanh"), Layer(Y.shape[1], output)], loss)
        for solver in ("levenberg_marquardt", "bayesian_regularization"):
            failed = sum(_fails(network, X, Y, solver, seed) for seed in range(FITS))
            cells.append(f"{failed} of {FITS}")
        lines.append(cells)
    head = ["table", "Levenberg-Marquardt: failed", "Bayesian regularisation: failed"]
    return table.markdown(head, lines)


def _fails(network: Network, X: np.ndarray, Y: np.ndarray, solver: str, seed: int) -> bool:
    """Return whether a training raises, is not finite, or does no better than it began."""
    stopping = Stopping(max_epochs=ITERATIONS)
    try:
        result = train(network, X, Y, TrainingConfig(solver, seed=seed, stopping=stopping))
    except Exception as error:  # whatever it is, it is counted and told
        print(f"{solver}, seed {seed}: {error}", flush=True)
        return True
    losses = [record.loss for record in result.history]
    finite = np.isfinite(result.parameters.vector).all() and np.isfinite(losses[-1])
    return not (finite and losses[-1] < losses[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    print(curves(parser.parse_args().seeds), end="\n\n", flush=True)
    print(fits_of_tables())
