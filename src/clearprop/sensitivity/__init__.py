"""How the outputs of a network answer to its inputs: by derivatives, by weights, by averaging.

Index letters: n sample, k output, i input, j hidden unit.
"""

from clearprop.sensitivity.categories import center_categories as center_categories
from clearprop.sensitivity.effects import PartialEffect as PartialEffect
from clearprop.sensitivity.effects import partial_effect as partial_effect
from clearprop.sensitivity.gradients import InputSensitivity as InputSensitivity
from clearprop.sensitivity.gradients import input_sensitivity as input_sensitivity
from clearprop.sensitivity.weights import garson as garson
from clearprop.sensitivity.weights import olden as olden
