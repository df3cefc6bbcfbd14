"""Outputs with bounds, and targets beyond them: these are mapped into the bounds, and back."""

from dataclasses import replace

from clearprop.fitting.before import Before
from clearprop.fitting.options import FitOptions
from clearprop.fitting.rows import FitData
from clearprop.network.network import Network
from clearprop.training import Division, TrainingResult
from clearprop.training.result import LeftOut
from clearprop.training.scaling import Scaling
from clearprop.training.units import behind, target_scaling


def mapping_of(
    options: FitOptions,
    network: Network,
    data: FitData,
    division: Division,
    before: Before | None,
) -> Scaling | None:
    """Return the scaling of targets that lie beyond the bounds of the output; None without such.

    Where training goes on it is the one of before.
    """
    if before is not None and before.mapping is not None:
        return before.mapping
    if network.layers[-1].activation.is_identity or not options.standardize:
        return None
    weights = None if data.weights is None else data.weights[division.train]
    scaling = target_scaling(network, data.Y[division.train], "minmax", weights)
    return None if scaling.is_identity else scaling


def mapped_back(result: TrainingResult, mapping: Scaling) -> TrainingResult:
    """Return the result with a last layer that takes outputs to the unit of the targets."""
    network, parameters = behind(result.network, result.parameters, mapping)
    left_out = result.left_out
    if left_out is not None:
        left_out = LeftOut(mapping.undo(left_out.outputs), mapping.undo(left_out.Y))
    return replace(
        result, network=network, parameters=parameters, targets=mapping, left_out=left_out
    )
