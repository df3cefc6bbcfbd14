"""What a training goes on from: a network and its raw parameters, in the scaling of new rows."""

from dataclasses import dataclass, replace

import numpy as np

from clearprop.activations import Activation
from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.training import Division
from clearprop.training.config import TrainingConfig
from clearprop.training.rows import TrainingData
from clearprop.training.scaling import Scaling, fit_scaling, unfold
from clearprop.training.units import in_scaled_units


@dataclass(frozen=True)
class Before:
    """The network and raw parameters that training goes on from.

    Attributes
    ----------
    network : Network
    parameters : Parameters
    mapping : Scaling, optional
        The scaling that a layer behind an output with bounds undoes; see `without_mapping`.
    """

    network: Network
    parameters: Parameters
    mapping: Scaling | None = None

    @property
    def is_smooth(self) -> bool:
        """Whether no hidden unit has a kink."""
        return not any(layer.activation.kinks for layer in self.network.layers[:-1])

    def without_mapping(self, output: Activation) -> "Before":
        """Return what has this output; a layer behind it becomes the mapping of the targets."""
        if output.is_identity or not self.network.layers[-1].activation.is_identity:
            return self
        network = self.network.with_layers(self.network.layers[:-1])
        columns = (network.inputs, network.outputs)
        nothing = (Scaling(np.zeros(n), np.ones(n)) for n in columns)
        return Before(network, *in_scaled_units(network, self.parameters, *nothing))

    def scaled(
        self,
        network: Network,
        data: TrainingData,
        division: Division,
        config: TrainingConfig,
    ) -> tuple[Parameters, TrainingConfig]:
        """Return the parameters in the scaled variables of these rows, and that scaling."""
        rows = division.train
        counted = None if data.weights is None else data.weights[rows]
        identity = network.layers[-1].activation.is_identity
        method = str(config.scale_inputs)
        inputs = fit_scaling(data.X[rows], method, counted)
        targets = fit_scaling(data.Y[rows], method if identity else "none", counted)
        raw = Parameters(network.sizes, self.parameters.vector.astype(network.dtype))
        config = replace(config, scale_inputs=inputs, scale_targets=targets)
        return unfold(raw, inputs, targets), config
