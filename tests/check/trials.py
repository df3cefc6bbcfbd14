"""Plant every mistake many times, and check many right gradients: the figures of the documentation.

PYTHONPATH=tests python -m check.trials --planted 200 --right 10000 --programs 300 --slips 100
"""

import argparse
import collections
import tempfile
import time
from pathlib import Path

import numpy as np

from check.planted import PLANTED, plant
from check.random_problems import random_problem
from check.random_programs import random_program
from check.random_slips import program_with_slip
from check.textbook import Textbook
from clearprop.check import MISTAKES, Dropout, diagnose
from clearprop.check.script import check_file


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
    """Return the diagnosis of a right gradient of a random network, in random circumstances.

    Unlike the planted ones these networks may have m, K and widths that are equal, 1 or 2, inputs
    that saturate them, a penalty, dropout, and gradients that were computed in float32.
    """
    random = np.random.default_rng(seed)
    problem = random_problem(
        random,
        samples=one_of(random, None, 1, 2, 3, 40),
        outputs=one_of(random, None, None, 2, 3),
        equal_widths=random.random() < 0.2,
    )
    if problem.net.loss_rule.name != "poisson":  # its 1 − y/a has no limit where a is almost 0
        problem.params.vector[:] *= one_of(random, 1, 1, 0.01, 4)
        problem.X = one_of(random, problem.X, problem.X, np.round(3 * problem.X))
    gradients, extra = in_random_circumstances(problem, random)
    net, params, X, Y = problem.arguments
    given, params, X, Y = in_random_form(gradients, params, X, Y, random)
    if random.random() < 0.3:
        extra["learning_rate"] = float(10 ** random.uniform(-4, 1))
    return diagnose(given, net, params, X, Y, **extra)


def one_of(random, *choices):
    """Return one of these."""
    return choices[random.integers(len(choices))]


def in_random_circumstances(problem, random):
    """Return the right gradient with what may belong to it, and what `diagnose` is told of that."""
    arguments, extra = problem.textbook_arguments, {}
    if random.random() < 0.15:
        arguments = {
            name: [part.astype(np.float32) for part in value]
            if name in ("W", "b")
            else value.astype(np.float32)
            if name in ("X", "Y")
            else value
            for name, value in arguments.items()
        }
    student = Textbook
    if len(problem.net.layers) > 1 and random.random() < 0.15:
        student, extra["dropout"] = with_dropout(problem, random)
    with np.errstate(all="ignore"):
        gradients = student(**arguments).gradients()
    if random.random() < 0.2:
        extra["penalty"] = float(10 ** random.uniform(-4, 0.5))
        for name, theta in problem.params.items():
            if name.startswith("W"):
                gradients[f"d{name}"] = gradients[f"d{name}"] + extra["penalty"] * theta
    if random.random() < 0.2:
        extra["previous"] = {n: random.standard_normal(a.shape) for n, a in gradients.items()}
    return gradients, extra


def with_dropout(problem, random):
    """Return a textbook pass with dropout of its hidden layers, and the masks."""
    keep = float(random.uniform(0.4, 0.95))
    masks = {
        layer: (random.random((len(problem.X), problem.net.sizes[layer])) < keep) * 1.0
        for layer in range(1, len(problem.net.layers))
    }

    class WithDropout(Textbook):
        def activate(self, layer, z):
            a = super().activate(layer, z)
            return a * masks[layer + 1] / keep if layer + 1 in masks else a

        def hidden_delta(self, layer, error):
            if layer + 1 not in masks:
                return super().hidden_delta(layer, error)
            return super().hidden_delta(layer, error * masks[layer + 1] / keep)

    return WithDropout, Dropout(keep, masks)


def in_random_form(gradients, params, X, Y, random):
    """Return gradient, parameters, X and Y as one person or another writes them down."""
    form = random.integers(8)
    layers = range(1, len(gradients) // 2 + 1)
    if form == 0:  # the column convention
        params = {n: a.T if n[0] == "W" else a[:, None] for n, a in params.items()}
        gradients = {n: a.T if n[1] == "W" else a[:, None] for n, a in gradients.items()}
        return gradients, params, X.T, Y.T
    if form == 1:  # biases as rows
        gradients = {n: a if n[1] == "W" else a[None, :] for n, a in gradients.items()}
    elif form == 2:
        gradients = [(gradients[f"dW{layer}"], gradients[f"db{layer}"]) for layer in layers]
    elif form == 3:
        gradients = {n: a.astype(np.float32) for n, a in gradients.items()}
    elif form == 4:
        gradients = {n.replace("d", "grad_"): a.tolist() for n, a in gradients.items()}
    elif form == 5:  # some are missing
        kept = [name for name in gradients if random.random() < 0.7] or ["dW1"]
        gradients = {name: gradients[name] for name in kept}
    elif form == 6:
        each = [gradients[f"d{kind}{layer}"] for layer in layers for kind in "Wb"]
        gradients = np.concatenate([array.ravel() for array in each])
    return gradients, params, X, Y


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


def program_outcome(seed, folder):
    """Return what is said of a right program of a random style."""
    path = Path(folder) / "program.py"
    path.write_text(random_program(np.random.default_rng(seed)), "utf-8")
    return check_file(path, seed=seed).outcome


def programs_figures(count, first_seed=0):
    """Return what was said of right programs, with the seeds of each outcome that is not right."""
    said = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first_seed, first_seed + count):
            said[program_outcome(seed, folder)].append(seed)
    return said


def slip_outcome(seed, folder):
    """Return what is said of a program with a slip: that it is named, found, not read or right."""
    path = Path(folder) / "program.py"
    _, names, text = program_with_slip(np.random.default_rng(seed))
    path.write_text(text, "utf-8")
    report = check_file(path, seed=seed)
    if report.outcome != "wrong":
        return report.outcome
    return "named" if report.mistake in names else "found"


def slips_figures(count, first_seed=0):
    """Return what was said of programs with a slip, with the seeds of each outcome."""
    said = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first_seed, first_seed + count):
            said[slip_outcome(seed, folder)].append(seed)
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--planted", type=int, default=50, help="trials of each mistake")
    parser.add_argument("--right", type=int, default=1000, help="right gradients")
    parser.add_argument("--programs", type=int, default=0, help="right programs")
    parser.add_argument("--slips", type=int, default=0, help="programs with a slip")
    arguments = parser.parse_args()
    start = time.perf_counter()
    for name, changed, named, others in planted_figures(arguments.planted):
        print(f"{name:28} {named:5} of {changed:5}  {named / max(changed, 1):7.2%}  {others or ''}")
    print(f"{time.perf_counter() - start:.0f} s")
    start = time.perf_counter()
    alarms = [seed for seed in range(arguments.right) if not right_diagnosis(seed).ok]
    print(f"false alarms: {len(alarms)} of {arguments.right} {alarms[:10]}")
    print(f"{time.perf_counter() - start:.0f} s")
    for outcome_, seeds in programs_figures(arguments.programs).items():
        print(
            f"right programs that are {outcome_}: {len(seeds)}",
            "" if outcome_ == "right" else seeds,
        )
    for outcome_, seeds in slips_figures(arguments.slips).items():
        print(f"slips that are {outcome_}: {len(seeds)}", "" if outcome_ == "named" else seeds)
    assert set(PLANTED) == set(MISTAKES)


if __name__ == "__main__":
    main()
