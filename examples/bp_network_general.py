"""A general BP network: derivation in the column convention, then training with validation.

Scalar expansions and matrix form, the recursion of δ with its dimension check, the flow
L → δˡ → δˡ⁻¹, the derivative of σ from the limit that defines eˣ. Then 442 patients and ten
factors: a network trained until the validation loss rises, and how its output answers to each
factor.

    python examples/bp_network_general.py             in English
    python examples/bp_network_general.py zh          in Chinese
    python examples/bp_network_general.py zh FOLDER   and draws loss and sensitivities there
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes

import clearprop as cp
from clearprop.sensitivity import InputSensitivity, input_sensitivity
from clearprop.training import TrainingConfig, TrainingResult, divide, train

SMALL = cp.Network(
    2,
    [cp.Layer(3, "sigmoid"), cp.Layer(2, "sigmoid")],
    loss="half_squared_error",
    reduction="sum",
)
FACTORS = cp.Network(10, [cp.Layer(6, "sigmoid"), cp.Layer(1)], loss="half_squared_error")


def derivation(lang: str) -> object:
    """Return the derivation for two factors, three hidden units and two outputs."""
    params = SMALL.initialize("xavier", seed=1)
    return cp.explain(
        SMALL,
        params,
        [[0.5, -1.0]],
        [[1.0, 0.0]],
        topics=("symbols", "forward", "loss", "backward", "gradients", "summary", "flow", "rules"),
        learning_rate=0.1,
        detail="everything",
        convention="column",
        first_index=1,
        lang=lang,
    )


def trained() -> TrainingResult:
    """Train on 70 % of the patients; 15 % say when to stop, 15 % are only tested."""
    X, y = load_diabetes(return_X_y=True, scaled=False)
    return train(
        FACTORS,
        X,
        y,
        TrainingConfig(solver="lbfgs", seed=0, division=divide(len(X), seed=0), weight_decay=0.01),
    )


def sensitivities(result: TrainingResult) -> InputSensitivity:
    """Return ∂output/∂factor at every patient, in spreads of output per spread of factor."""
    X, y = load_diabetes(return_X_y=True, scaled=False)
    return input_sensitivity(FACTORS, result.parameters, X, X.std(axis=0), y.std())


def draw(folder: Path, lang: str, result: TrainingResult) -> None:
    """Draw the losses over the iterations, and the sensitivity to every factor."""
    from clearprop.plots import plot_performance, plot_sensitivity

    curve = plot_performance(result.history, result.best_epoch, result.stop_reason, language=lang)
    curve.figure.savefig(folder / "losses.png", dpi=150)
    names = load_diabetes().feature_names
    bars = plot_sensitivity(sensitivities(result), names, language=lang)
    bars.figure.savefig(folder / "sensitivities.png", dpi=150)


def main(lang: str = "en", folder: str = "") -> None:
    print(derivation(lang))

    result = trained()
    best = result.history[result.best_epoch]
    print("442 patients, ten factors; the progress of the disease after a year.")
    print(result.stop_reason.sentence.translate(lang))
    X, y = load_diabetes(return_X_y=True, scaled=False)
    for part in ("train", "validation", "test"):
        rows = getattr(result.division, part)
        error = FACTORS.forward(result.parameters, X[rows]).ravel() - y[rows]
        size = np.sqrt(np.mean(error**2))
        print(f"  {part:10} {len(rows):3} patients, root mean square error {size:.1f}")
    print(f"  (loss in scaled units: {best.loss:.4f}, validation {best.validation_loss:.4f})")

    print("\nWhat one spread more of a factor does to the output, in spreads of the output:")
    mean = sensitivities(result).mean[0]
    names = load_diabetes().feature_names
    for i in np.argsort(-np.abs(mean)):
        print(f"  {names[i]:4} {mean[i]:+.3f}  {'#' * round(60 * abs(mean[i]))}")
    if folder:
        draw(Path(folder), lang, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
