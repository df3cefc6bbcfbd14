"""The parameters of both estimators, as data: name, default, meaning and permitted values."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.estimators import rules
from clearprop.estimators.constraints import (
    PATH,
    Choice,
    Device,
    Each,
    Flag,
    Function,
    Infinity,
    Instance,
    Nothing,
    Number,
    Rule,
    Whole,
    parameter,
)
from clearprop.fitting.options import FitOptions
from clearprop.training import Checkpoint

ACTIVATION = Rule(rules.activation, "an activation")
AUTO = Choice(("auto",))
DEFAULT = FitOptions()
"""The same defaults as those of `clearprop.fit` and ``clearprop train``."""


@dataclass(eq=False, repr=False)
class MLPParameters:
    """What `MLPRegressor` and `MLPClassifier` are asked to do."""

    loss: Any = parameter(
        "squared_error",
        "What is minimised.",
        Rule(rules.regression_loss, "a loss"),
        keyword=False,
    )
    hidden_layer_sizes: Any = parameter(
        DEFAULT.hidden,
        "Units of each hidden layer; a number stands for one layer, an empty sequence for none.\n"
        '"auto" chooses them by the number of samples, inputs and outputs.',
        AUTO,
        Whole(1),
        Each(Whole(1)),
        keyword=False,
    )
    activation: Any = parameter(
        DEFAULT.activation,
        'Activation of the hidden layers, or a sequence with one a layer: "relu", "tanh",\n'
        '"logistic", "identity" and the other names of `clearprop.ACTIVATIONS`, with settings if\n'
        'need be ("leaky_relu(slope=0.1)"), or a rule of your own. "auto" is tanh for solvers\n'
        "that look at curvature, else ReLU.",
        AUTO,
        Each(ACTIVATION),
        ACTIVATION,
        keyword=False,
    )
    output_activation: Any = parameter(
        DEFAULT.output_activation,
        "Activation of the output layer. None: what fits the loss; see `out_activation_`.",
        Nothing(),
        ACTIVATION,
    )
    solver: Any = parameter(
        DEFAULT.solver,
        'What trains: "auto" (chosen by task and size), "lbfgs", "levenberg_marquardt",\n'
        '"bayesian_regularization", "scaled_conjugate_gradient", "rprop", or by mini-batches\n'
        '"adam", "sgd", "adamw", "rmsprop". Settings may be written behind the name,\n'
        '"adam(learning_rate=0.01)"; they then replace the parameters below.',
        Rule(rules.solver, "a solver"),
    )
    alpha: Any = parameter(
        DEFAULT.alpha,
        "Strength of the L2 penalty ½ α Σ W² / rows; biases go free. Not used by\n"
        '"bayesian_regularization", which finds its own.',
        Number(0, math.inf, "high"),
    )
    batch_size: Any = parameter(
        "auto",
        'Rows of a mini-batch; "auto" is min(200, rows).',
        AUTO,
        Whole(1),
    )
    learning_rate: Any = parameter(
        DEFAULT.schedule,
        'Schedule of the learning rate: "constant", "invscaling", "adaptive", or "cosine",\n'
        '"exponential", "step", with settings if need be ("step(every=30)"), or a rule. As in\n'
        'scikit-learn the bare names "invscaling" and "adaptive" act on "sgd" only.',
        Rule(rules.schedule, "a schedule"),
    )
    learning_rate_init: Any = parameter(
        DEFAULT.learning_rate,
        "Learning rate η at the start, for mini-batches.",
        Number(0, math.inf, "low high"),
    )
    power_t: Any = parameter(
        DEFAULT.power_t,
        'Exponent of "invscaling".',
        Number(0, math.inf, "high"),
    )
    max_iter: Any = parameter(
        DEFAULT.max_epochs,
        "The most iterations, or epochs of mini-batches. Wide networks that join others\n"
        "in a search may take three epochs for each.",
        Whole(1),
    )
    shuffle: Any = parameter(
        DEFAULT.shuffle,
        "Whether every epoch of mini-batches takes the rows in a new order.",
        Flag(),
    )
    random_state: Any = parameter(
        DEFAULT.seed,
        "Seeds first parameters, validation rows and the order of the rows. A whole number makes\n"
        "training reproducible to the bit.",
        Nothing(),
        Whole(0, 2**32 - 1),
        Instance((np.random.RandomState, np.random.Generator), "a generator"),
    )
    tol: Any = parameter(
        DEFAULT.tolerance,
        "The progress of loss or validation score that counts; for lbfgs, the largest entry of\n"
        "the gradient at which it has converged.",
        Number(0, math.inf, "high"),
    )
    verbose: Any = parameter(
        False,
        "Whether training shows its progress: a live bar in terminals and notebooks, lines\n"
        "elsewhere. Whole numbers count as True unless 0.",
        Flag(),
        Whole(0),
    )
    warm_start: Any = parameter(
        False,
        "Whether `fit` goes on from the parameters of the last one.",
        Flag(),
    )
    momentum: Any = parameter(
        DEFAULT.momentum,
        'Momentum of "sgd".',
        Number(0, 1),
    )
    nesterovs_momentum: Any = parameter(
        DEFAULT.nesterov,
        "Whether that momentum looks ahead.",
        Flag(),
    )
    early_stopping: Any = parameter(
        DEFAULT.early_stopping,
        "Whether `validation_fraction` of the rows, or `X_val`, decides when training stops and\n"
        "which parameters are kept.",
        Flag(),
    )
    validation_fraction: Any = parameter(
        DEFAULT.validation,
        "The part of the rows that is set aside for that.",
        Number(0, 1, "high"),
    )
    beta_1: Any = parameter(
        DEFAULT.beta_1,
        'Decay of the first moment of "adam".',
        Number(0, 1, "high"),
    )
    beta_2: Any = parameter(
        DEFAULT.beta_2,
        'Decay of the second moment of "adam".',
        Number(0, 1, "high"),
    )
    epsilon: Any = parameter(
        DEFAULT.epsilon,
        'What keeps the steps of "adam" finite.',
        Number(0, math.inf, "low high"),
    )
    n_iter_no_change: Any = parameter(
        DEFAULT.patience,
        "Epochs without progress that are forgiven.",
        Whole(1),
        Infinity(),
    )
    max_fun: Any = parameter(
        DEFAULT.max_evaluations,
        "The most evaluations of the objective by lbfgs.",
        Whole(1),
    )
    standardize: Any = parameter(
        DEFAULT.standardize,
        "Whether inputs, and targets of a regression with identity output, are trained on with\n"
        "mean 0 and standard deviation 1. `coefs_` and `intercepts_` take and give raw values.",
        Flag(),
    )
    initializer: Any = parameter(
        DEFAULT.initializer,
        'Where training starts: a name of `clearprop.INITIALIZERS`, a function, or "auto", which\n'
        "is scikit-learn's rule for its solvers and a fitting one for the others.",
        Rule(rules.initializer, "an initializer"),
    )
    scoring: Any = parameter(
        None,
        'What early stopping watches: None for the accuracy or R², "loss", the name of one of\n'
        "scikit-learn's scorers, or a function of (estimator, X, y).",
        Nothing(),
        Choice(("loss",)),
        Instance((str,), "the name of a scorer"),
        Function(),
    )
    test_fraction: Any = parameter(
        DEFAULT.test,
        "The part of the rows that is only looked at: its loss is in `history_`, its rows are in\n"
        "`division_`.",
        Number(0, 1, "high"),
    )
    dropout: Any = parameter(
        DEFAULT.dropout,
        "Probability that a unit is silent in a step of mini-batches; a sequence has one for each\n"
        "hidden layer.",
        Number(0, 1, "high"),
        Each(Number(0, 1, "high")),
    )
    clip_norm: Any = parameter(
        None,
        "The longest gradient with which mini-batches take a step; a longer one is shortened.",
        Nothing(),
        Number(0, math.inf, "low high"),
    )
    restarts: Any = parameter(
        DEFAULT.restarts,
        'Starts from different first parameters. "auto": several where `hidden_layer_sizes` is\n'
        '"auto" too, otherwise one.',
        AUTO,
        Whole(1),
    )
    combine: Any = parameter(
        DEFAULT.combine,
        "What becomes of several starts: their average, which is a wider network, or the best.",
        Choice(("average", "best")),
    )
    compact: Any = parameter(
        DEFAULT.compact,
        "Whether one small network takes the place of an average: the best start, or one trained\n"
        "to imitate the average, whichever does better on left-out rows. `summary()` says what\n"
        "that costs.",
        Flag(),
    )
    n_jobs: Any = parameter(
        DEFAULT.n_jobs,
        "Starts that train at the same time; None or -1 for as many as there are cores. The\n"
        "result does not depend on it.",
        Nothing(),
        Whole(-1),
    )
    max_seconds: Any = parameter(
        None,
        "The most seconds that training may take, a search and all its starts together.",
        Nothing(),
        Number(0, math.inf, "low"),
    )
    callbacks: Any = parameter(
        None,
        "A function or several, called after every epoch with the estimator as it is then, ready\n"
        "to predict, and the epoch's `Record`. One that returns True stops training.",
        Nothing(),
        Function(),
        Each(Function()),
    )
    checkpoint: Any = parameter(
        DEFAULT.checkpoint,
        "A file from which `fit`, called again with the same data and parameters, goes on if the\n"
        "program was killed; a folder, where several networks are trained. It is removed when\n"
        "training ends.",
        Nothing(),
        PATH,
        Instance((Checkpoint,), "a Checkpoint"),
    )
    device: Any = parameter(
        DEFAULT.device,
        'Where the rows lie while solvers train that look at all of them: "cuda", "cuda:1",\n'
        '"mps", or a device of PyTorch, CuPy or JAX.',
        Nothing(),
        Device(),
    )
