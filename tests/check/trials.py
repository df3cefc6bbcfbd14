"""Plant every mistake many times, and check many right gradients: the figures of the documentation.

PYTHONPATH=tests python -m check.trials --planted 200 --right 10000
"""

import argparse
import collections
import time

import numpy as np

from check.planted import PLANTED, plant
from check.random_problems import random_problem
from check.textbook import Textbook
from clearprop.check import MISTAKES, diagnose


def differs(trial):
    """Return whether the mistake changes the numbers by more than rounding does."""
    if "differs" in trial.extra:
        return trial.extra.pop("differs")
    for name, right in trial.right.items():
        given = trial.gradients[name]
        if np.size(given) == right.size == 1:
            given = np.reshape(given, right.shape)
        if np.shape(given) != right.shape:
            return True
        if np.abs(given - right).max() > 1e-6 * max(np.abs(right).max(), 1e-9):
            return True
    return False


def outcome(name, seed):
    """Return the diagnosis of a planted mistake; None where it changes nothing."""
    random = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        trial = plant(name, random)
    if not differs(trial):
        return None
    net, params, X, Y = trial.problem.arguments
    given = {"params": params, "X": X, "Y": Y} | trial.extra
    return diagnose(trial.gradients, net, **given)


def right_diagnosis(seed):
    """Return the diagnosis of a right gradient, written down in a random form."""
    random = np.random.default_rng(seed)
    problem = random_problem(random)
    gradients = Textbook(**problem.textbook_arguments).gradients()
    net, params, X, Y = problem.arguments
    form = random.integers(6)
    layers = range(1, len(net.layers) + 1)
    if form == 0:  # the column convention
        params = {n: a.T if n[0] == "W" else a[:, None] for n, a in params.items()}
        gradients = {n: a.T if n[1] == "W" else a[:, None] for n, a in gradients.items()}
        X, Y = X.T, Y.T
    elif form == 1:  # biases as rows
        gradients = {n: a if n[1] == "W" else a[None, :] for n, a in gradients.items()}
    elif form == 2:
        gradients = [(gradients[f"dW{layer}"], gradients[f"db{layer}"]) for layer in layers]
    elif form == 3:
        gradients = {n: a.astype(np.float32) for n, a in gradients.items()}
    elif form == 4:
        gradients = {n.replace("d", "grad_"): a.tolist() for n, a in gradients.items()}
    return diagnose(gradients, net, params, X, Y)


def planted_figures(count, first_seed=0):
    """Yield (mistake, trials that change the numbers, named first, what was said instead)."""
    for name in MISTAKES:
        said = collections.Counter()
        seed, changed = first_seed, 0
        while changed < count and seed < first_seed + 20 * count:
            diagnosis = outcome(name, seed)
            seed += 1
            if diagnosis is not None:
                changed += 1
                said[diagnosis.mistake] += 1
        yield name, changed, said[name], {k: n for k, n in said.items() if k != name}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--planted", type=int, default=50, help="trials of each mistake")
    parser.add_argument("--right", type=int, default=1000, help="right gradients")
    arguments = parser.parse_args()
    start = time.perf_counter()
    for name, changed, named, others in planted_figures(arguments.planted):
        print(f"{name:28} {named:5} of {changed:5}  {named / max(changed, 1):7.2%}  {others or ''}")
    print(f"{time.perf_counter() - start:.0f} s")
    start = time.perf_counter()
    alarms = [seed for seed in range(arguments.right) if not right_diagnosis(seed).ok]
    print(f"false alarms: {len(alarms)} of {arguments.right} {alarms[:10]}")
    print(f"{time.perf_counter() - start:.0f} s")
    assert set(PLANTED) == set(MISTAKES)


if __name__ == "__main__":
    main()
