"""The meaning of names that people give to parameters of their functions."""

import re
from collections.abc import Mapping

from clearprop.check.naming import meaning

ROLES: Mapping[str, frozenset[str]] = {
    role: frozenset(names.split())
    for role, names in {
        "X": "x inputs input data input_data a0 xtrain x_train trainx x_batch xbatch batch_x"
        " features xs x_input samples xb inputs_batch x_val xval x_valid x_dev x_test xtest"
        " x_data xdata",
        "Y": "y t target targets label labels ytrain y_train trainy y_batch ybatch batch_y ytrue"
        " y_true yt truth expected expected_output desired ground_truth onehot y_onehot"
        " one_hot y_one_hot t_train t_batch yb ys y_val yval y_valid y_dev y_test ytest"
        " y_data ydata",
        "output": "yhat y_hat ypred y_pred yp pred preds prediction predictions output outputs out"
        " al a_last aout a_out probs probabilities scores p o final_output y_output",
        "parameters": "parameters params param theta model network weights_dict p_dict net weights"
        " parameter nn",
        "weights": "ws weights w_list weight_list",
        "biases": "bs biases b_list bias_list",
        "cache": "cache caches memory activations store saved forward_cache context ctx values",
        "learning_rate": "lr learning_rate learningrate eta alpha rate step_size learn_rate η",
        "penalty": "lambd lambda_ lam lmbda reg reg_lambda l2 weight_decay decay regularization"
        " lambda_reg reg_strength λ",
        "keep": "keep_prob keep p_keep keepprob",
        "samples": "m n_samples num_samples batch_size batchsize nsamples",
        "depth": "n_layers num_layers nlayers numlayers l depth",
        "sizes": "layer_dims layers_dims layer_sizes layers sizes dims layer_dimensions"
        " architecture topology structure layers_sizes n_units units layer_nodes",
        "inputs": "input_size input_dim n_input n_inputs ninput n_x nx in_features in_dim n_in"
        " input_nodes inputnodes num_inputs input_layer_size num_features n_features d input_units"
        " inputsize input_neurons n_i in_size",
        "hidden": "hidden_size hidden_dim n_hidden nhidden n_h nh hidden_nodes hiddennodes"
        " num_hidden hidden_layer_size h hidden_units hidden hiddensize hidden_neurons"
        " hidden_sizes hidden_layers hidden_layer_sizes n_hid",
        "outputs": "output_size output_dim n_output n_outputs noutput n_y ny out_features out_dim"
        " n_out output_nodes outputnodes num_outputs num_classes n_classes c k classes"
        " output_layer_size output_units outputsize output_neurons n_o out_size",
        "epochs": "epochs epoch n_epochs num_epochs nepochs iterations iters n_iter n_iters"
        " max_iter num_iterations num_iters steps n_steps max_epochs",
        "seed": "seed random_state random_seed rng_seed",
    }.items()
}
"""Lower-case names of each role. A name may have two roles: the place where it stands decides."""

WIDTH = re.compile(
    r"^(?:(?:n|num|number|size|dim|count)_?(?:of_)?)?(in|hid|out)(?:put|puts|den)?_?(?:layer_?)?"
    r"(?:sizes?|dims?|nodes?|units?|neurons?|num|count|width|features?)(?:_?num|_?count)?$"
)
"""Names of how many units a layer has: ``input_node``, ``hidden_neuron_num``, ``num_out_units``."""
WIDTHS = {"in": "inputs", "hid": "hidden", "out": "outputs"}
LIKE_TARGETS = re.compile(
    r"^(?!n_|num)(\w*_)?(targets?|labels?|truth)(_?(set|list|mat|vec|arr)\w*)?$|expected|desired"
    r"|^(outputs?|target|label)_?data$"
    r"|^(ex|exp|true|real|actual|correct|ideal|right|wanted)_?(y|t|o|ou|outs?|outputs?|values?|ans"
    r"|results?)$",
    re.IGNORECASE,
)
"""Names of targets that are put together: ``train_label``, ``labelSet``, ``actual_output``."""
DATA = re.compile(
    r"^[xy](_?(tr|te|val|dev|all|full|data|raw|scaled|\d)\w*)?$|(images|labels|targets?)$", re.I
)
"""Names of variables that hold all samples, or all targets."""
TRAINING = re.compile(r"_?(train(ing)?|tr)_?", re.IGNORECASE)
"""The part of a name that says that its data is trained on."""
FORWARD = re.compile(r"forward|feed|predict|propagat(?!.*back)|^net$|^model$", re.IGNORECASE)
BACKWARD = re.compile(
    r"^(?!(zero|clear|reset|clip|init)_?grad).*(back|grad|bprop|(^|_)bp($|_))", re.IGNORECASE
)
LOSS = re.compile(
    r"loss|cost|mse|cross_?entropy|error|objective|criterion|(^|_)bce|(^|_)ce($|_)", re.I
)
BOTH = re.compile(
    r"(loss|cost|value|objective|error).*(and|_n_|_).*grad|grad.*(and|_).*(loss|cost)|^propagate$"
    r"|^loss$|^cost$|^compute_loss$|^objective$|forward_?(and_?)?backward|^fb$",
    re.IGNORECASE,
)
NOT_A_LOSS = re.compile(r"deriv|prime|grad|back|_d$|^d_|plot|print|show|delta", re.IGNORECASE)
UPDATE = re.compile(r"update|train|fit|plot|main|test|accuracy|init|load|generate", re.IGNORECASE)


def role_of(name: str, *, among: tuple[str, ...]) -> str | None:
    """Return the first of these roles that a parameter's name can have.

    Examples
    --------
    >>> role_of("y_true", among=("X", "Y")), role_of("actual_output", among=("X", "Y"))
    ('Y', 'Y')
    """
    bare = name.lower().strip("_")
    found = next((role for role in among if bare in ROLES[role]), None)
    if found is None and "Y" in among and LIKE_TARGETS.search(bare):
        return "Y"
    width = WIDTH.search(bare) if found is None else None
    if width is not None and WIDTHS[width[1]] in among:
        return WIDTHS[width[1]]
    return found


def loose_kind(name: str) -> str | None:
    """Return ``"W"`` or ``"b"`` for an array whose name has no number: ``hidden_weights``, ``who``.

    Examples
    --------
    >>> loose_kind("bias_output")
    'b'
    """
    bare = name.lower().strip("_")
    for mark in ("d_", "grad_", "delta_"):
        bare = bare.removeprefix(mark)
    if "bias" in bare:
        return "b"
    if bare.startswith(("w", "syn")) or "weight" in bare:
        return "W"
    return "b" if bare.startswith("b") and "batch" not in bare else None


def is_parameter_name(name: str) -> bool:
    """Return whether a name stands for the weights or biases of one layer: ``W1``, ``bias2``."""
    found = meaning(name)
    return found is not None and found.number is not None and not found.marked
