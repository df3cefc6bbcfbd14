"""Networks: their layers, where they start, and the objective that training lowers."""

from clearprop.backprop.structure import Layer as Layer
from clearprop.backprop.structure import Parameters as Parameters
from clearprop.network.initializers import INITIALIZERS as INITIALIZERS
from clearprop.network.initializers import Initializer as Initializer
from clearprop.network.network import Network as Network
from clearprop.network.objective import Objective as Objective
