"""Network: structure and loss, and every question one can ask of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop._arrays import host, is_foreign, placed
from clearprop._errors import invalid_argument, unknown_name
from clearprop._random import Seed
from clearprop._registry import spelled
from clearprop._sparse import Rows, as_rows, dense
from clearprop._typing import FloatArray
from clearprop._validation import as_numbers, as_targets, as_weights, is_matrix
from clearprop.backprop import trace as tracing
from clearprop.backprop.closed_loop import Taps
from clearprop.backprop.descent import Reduction, row_share
from clearprop.backprop.jacobian import (
    input_gradient,
    output_sensitivities,
    parameter_jacobian,
)
from clearprop.backprop.propagate import forward
from clearprop.backprop.reference import ReferenceEngine
from clearprop.backprop.structure import (
    Layer,
    Parameters,
    is_count,
    layer_views,
    parameter_count,
)
from clearprop.engine.choice import ENGINES, EngineName, choose_engine
from clearprop.engine.protocol import Engine
from clearprop.losses import LOSSES, Loss
from clearprop.network.foreign_rows import foreign_matrix, foreign_share, foreign_targets
from clearprop.network.initializers import Initializer, initialize

COMPILE_FROM = 10_000_000
"""Rows times parameters from which one question goes to the compiled engine: about 50 ms."""
DEFAULT_MEMORY = 64 * 2**20
"""Bytes that the Jacobian of one chunk of rows may take."""


@dataclass(frozen=True, init=False)
class Network:
    """A feed-forward network: its inputs, layers and loss. It holds no parameters.

    Every method takes the parameters, either `Parameters` or the flat vector of shape (P,). Samples
    may also be arrays of PyTorch, CuPy, JAX or another library that follows the array API, on its
    device: the library computes there, outputs stay there, and sums such as gradients come home.
    m is the number of samples, n₀ the number of inputs, K = n_L the number of outputs, P the
    number of parameters.

    Parameters
    ----------
    inputs : int
        n₀, at least 1.
    layers : iterable of Layer
        The layers from the first hidden one to the output.
    loss : str or Loss, default="half_squared_error"
        A name from `clearprop.LOSSES`, with settings if need be (``"huber(delta=2.0)"``), or a
        rule. The loss of one sample is the sum over its outputs.
    reduction : {"mean", "sum"}, default="mean"
        Whether the losses of the samples are averaged or added.
    dtype : {"float64", "float32"}, default="float64"
        The type of parameters and results; data are converted to it.
    engine : {"auto", "reference", "compiled"}, default="auto"
        What computes: the textbook in NumPy, or the same mathematics compiled. ``"auto"`` trains
        with the compiled engine and answers single small questions with the reference.
    n_jobs : int, optional
        Threads of the compiled engine, −1 for all; without it CLEARPROP_NUM_THREADS, else all. The
        results do not depend on it.

    Attributes
    ----------
    inputs, outputs : int
        n₀ and K = n_L.
    layers : tuple of Layer
        The layers from the first hidden one to the output.
    sizes : tuple of int
        n₀, n₁ … n_L.
    parameter_count : int
        P.
    loss_rule : Loss
        The rule of the loss; the method `loss` returns its value.
    reduction, dtype : str
        As given.
    engine_name : str
        The engine as it was asked for; `engine` is what computes.
    n_jobs : int or None
        As given.

    Raises
    ------
    InputError
        If there are no layers, a name is not known, or the loss does not exist for the values
        that the output activation can take.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1, "sigmoid")],
    ...                  loss="binary_cross_entropy")
    >>> params = net.initialize("xavier", seed=0)
    >>> loss, gradient = net.gradient(params, [[0.5, -1.0]], [[1.0]])
    >>> gradient["W1"].shape
    (2, 3)
    """

    inputs: int
    layers: tuple[Layer, ...]
    loss_rule: Loss
    reduction: Reduction
    dtype: Literal["float64", "float32"]
    engine_name: EngineName = field(compare=False)
    n_jobs: int | None = field(compare=False)

    def __init__(
        self,
        inputs: int,
        layers: Iterable[Layer],
        loss: str | Loss = "half_squared_error",
        reduction: Reduction = "mean",
        dtype: Literal["float64", "float32"] = "float64",
        engine: EngineName = "auto",
        n_jobs: int | None = None,
    ) -> None:
        if not is_count(inputs):
            why = "a network needs a whole number of inputs, at least one."
            raise invalid_argument("inputs", inputs, why, "inputs=1.")
        layers = checked_layers(layers)
        if reduction not in ("sum", "mean"):
            raise unknown_name("reduction", reduction, ("sum", "mean"))
        if dtype not in ("float64", "float32"):
            raise unknown_name("dtype", dtype, ("float64", "float32"))
        output = layers[-1].activation
        rule = LOSSES.make(loss, choose=lambda rule: rule.canonical == output.name)
        check_pair(rule, layers[-1])
        object.__setattr__(self, "inputs", int(inputs))
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "loss_rule", rule)
        object.__setattr__(self, "reduction", reduction)
        object.__setattr__(self, "dtype", dtype)
        if engine not in ENGINES:
            raise unknown_name("engine", engine, ENGINES)
        object.__setattr__(self, "engine_name", engine)
        object.__setattr__(self, "n_jobs", n_jobs)

    def __repr__(self) -> str:
        layers = ", ".join(map(repr, self.layers))
        return (
            f"Network({self.inputs}, [{layers}], loss={spelled(self.loss_rule)!r}, "
            f"reduction={self.reduction!r}, dtype={self.dtype!r})"
        )

    def with_layers(self, layers: Iterable[Layer], n_jobs: int | None = None) -> "Network":
        """Return a network of these layers that is like this one in everything else.

        `n_jobs` replaces the number of threads, if it is given.
        """
        jobs = self.n_jobs if n_jobs is None else n_jobs
        return Network(
            self.inputs, layers, self.loss_rule, self.reduction, self.dtype, self.engine_name, jobs
        )

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """n₀, n₁ … n_L."""
        return (self.inputs, *(layer.units for layer in self.layers))

    @property
    def outputs(self) -> int:
        """K = n_L, the number of outputs."""
        return self.layers[-1].units

    @cached_property
    def parameter_count(self) -> int:
        """P, the number of weights and biases."""
        return parameter_count(self.sizes)

    @cached_property
    def engine(self) -> Engine:
        """The engine that evaluates the network at flat vectors, for checked arrays only."""
        rules = (self.sizes, self.layers, self.loss_rule, self.dtype)
        return choose_engine(*rules, self.engine_name, self.n_jobs)

    def _engine_for(self, inputs: Rows, times: int = 1) -> Engine:
        """Return what answers a single question about these rows, each of which costs so much.

        Loading compiled code pays for large questions only. The choice depends on nothing but
        sizes, so that the same question has the same answer to the bit. Arrays of other libraries
        are for the textbook, whose words all of them know.
        """
        is_small = inputs.shape[0] * times * self.parameter_count < COMPILE_FROM
        if is_foreign(inputs) or (self.engine_name == "auto" and is_small):
            return ReferenceEngine(self.sizes, self.layers, self.loss_rule)
        return self.engine

    def initialize(self, method: str | Initializer = "xavier", seed: Seed = None) -> Parameters:
        """Return first parameters, drawn by a rule of `clearprop.INITIALIZERS` or a function.

        A function is called with (random source, n_in, n_out) for each layer and returns W of
        shape (n_in, n_out), or the pair W, b. The same seed gives the same parameters.
        """
        return initialize(self.sizes, method, seed, self.dtype)

    def parameters(self, vector: npt.ArrayLike) -> Parameters:
        """Return a flat vector of shape (P,) as `Parameters`, without a copy where possible."""
        return Parameters(self.sizes, as_numbers("vector", vector, self.dtype))

    def forward(self, params: Parameters | FloatArray, X: npt.ArrayLike) -> FloatArray:
        """Return the outputs Aᴸ, shape (m, K), for samples `X`, shape (m, n₀), sparse or not."""
        inputs = self._inputs(X)
        return self._engine_for(inputs).outputs(self._vector(params, inputs), inputs)

    def predictor(self, params: Parameters | FloatArray) -> Callable[[npt.ArrayLike], FloatArray]:
        """Return a function X (m, n₀) → outputs (m, K) for many small questions in a row.

        It holds a copy of the parameters and answers with the compiled engine, in a few µs a row.
        """
        vector, engine = self._vector(params).copy(), self.engine
        inputs, dtype = self.inputs, self.dtype

        def predict(X: npt.ArrayLike) -> FloatArray:
            return engine.outputs(vector, X if is_matrix(X, inputs, dtype) else self._inputs(X))

        return predict

    def close_loop(
        self, params: Parameters | FloatArray, signals: FloatArray, taps: Taps, first: int
    ) -> FloatArray:
        """Return the signals of a system, shape (steps, columns), with the outputs' columns filled.

        Row after row from `first` on, each from the rows before it, which `taps` picks. A loop that
        runs away gives infinite numbers or NaN.
        """
        filled = np.array(signals, self.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            engine = self._engine_for(filled[first:])
            engine.close_loop(self._vector(params), filled, taps, first)
        return filled

    def loss(
        self,
        params: Parameters | FloatArray,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> float:
        """Return L: the sum or the mean of the samples' losses, weighted if weights are given."""
        data = self._data(X, Y, sample_weight)
        return self._engine_for(data[0]).value(self._vector(params, data[0]), *data)

    def gradient(
        self,
        params: Parameters | FloatArray,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> tuple[float, Parameters]:
        """Return L and ∂L/∂θ by the four equations of backpropagation."""
        data = self._data(X, Y, sample_weight)
        engine = self._engine_for(data[0])
        loss, vector = engine.gradient(self._vector(params, data[0]), *data)
        return loss, Parameters(self.sizes, host(vector))

    def jacobian(self, params: Parameters | FloatArray, X: npt.ArrayLike) -> FloatArray:
        """Return ∂aᴸₙₖ/∂θₚ of every sample and output, shape (m, K, P)."""
        inputs = dense(self._inputs(X))
        weights = layer_views(self.sizes, self._vector(params, inputs))
        passed = forward(self.layers, weights, inputs)
        return parameter_jacobian(passed, output_sensitivities(self.layers, weights, passed))

    def gauss_newton(
        self,
        params: Parameters | FloatArray,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        memory: int = DEFAULT_MEMORY,
    ) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the generalised Gauss-Newton matrix Σₙ cₙ JₙᵀHₙJₙ (P, P).

        H is the loss's Hessian by the logits for a cross-entropy with its own output activation,
        else by the outputs. Rows are taken in chunks whose Jacobian needs at most `memory` bytes.
        """
        data = self._data(X, Y, sample_weight)
        engine = self._engine_for(data[0], self.parameter_count)
        theta = self._vector(params, data[0])
        loss, gradient, matrix = engine.gauss_newton(theta, *data, memory)
        return loss, host(gradient), host(matrix)

    def input_gradient(self, params: Parameters | FloatArray, X: npt.ArrayLike) -> FloatArray:
        """Return ∂aᴸₙₖ/∂xₙᵢ, the sensitivity of each output to each input, shape (m, K, n₀)."""
        inputs = dense(self._inputs(X))
        weights = layer_views(self.sizes, self._vector(params, inputs))
        passed = forward(self.layers, weights, inputs)
        return input_gradient(weights, output_sensitivities(self.layers, weights, passed))

    def trace(
        self,
        params: Parameters | FloatArray,
        X: npt.ArrayLike,
        Y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> tracing.Trace:
        """Return every z, a, δ, local derivative and gradient of one pass, named."""
        if is_foreign(X):
            why = "a trace is written down on the host."
            raise invalid_argument("X", type(X).__name__, why, "an array of NumPy.")
        inputs, targets, share = self._data(X, Y, sample_weight)
        weights = self.parameters(self._vector(params)).layers
        return tracing.record(
            self.layers, weights, dense(inputs), targets, self.loss_rule, self.reduction, share
        )

    def _vector(self, params: Parameters | FloatArray, beside: Rows = None) -> FloatArray:
        """Return the checked θ; a copy on the device of the rows that it is to meet there."""
        named = isinstance(params, Parameters)
        vector = as_numbers("params", params.vector if named else params, self.dtype)
        if vector.shape != (self.parameter_count,) or (named and params.sizes != self.sizes):
            why = f"the network of sizes {self.sizes} has {self.parameter_count} parameters."
            given = params if named else vector.shape
            raise invalid_argument("params", given, why, "params = net.initialize(seed=0).")
        return placed(vector, beside.device) if is_foreign(beside) else vector

    def _inputs(self, X: Any) -> Rows:
        if is_foreign(X):
            return foreign_matrix("X", X, self.inputs, self.dtype)
        return as_rows("X", X, self.inputs, self.dtype)

    def _data(
        self, X: npt.ArrayLike, Y: npt.ArrayLike, sample_weight: npt.ArrayLike | None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return checked X (m, n₀), Y (m, K) and the share of each sample, (m, 1)."""
        inputs = self._inputs(X)
        if is_foreign(inputs):
            targets = foreign_targets(Y, inputs, self.outputs, self.dtype, self.loss_rule)
            return inputs, targets, foreign_share(sample_weight, inputs, self.reduction)
        targets = as_targets(Y, self.outputs, self.dtype)
        m = inputs.shape[0]
        if len(targets) != m:
            why = f"`X` has {m} rows and `Y` has {len(targets)}."
            raise invalid_argument("Y", targets.shape, why, "one target a sample.")
        check_targets(self.loss_rule, targets)
        weights = as_weights(sample_weight, m, self.dtype)
        share = row_share(self.reduction, np.ones(m, self.dtype) if weights is None else weights)
        return inputs, targets, share


def checked_layers(given: Iterable[Layer]) -> tuple[Layer, ...]:
    """Return the layers as a tuple, or refuse what is no list of at least one layer."""
    layers = tuple(given) if isinstance(given, Iterable) else None
    if layers is None or not all(isinstance(layer, Layer) for layer in layers):
        raise invalid_argument(
            "layers", given, "it is no list of layers.", "[Layer(3, 'tanh'), Layer(1)]."
        )
    if not layers:
        raise invalid_argument("layers", layers, "there is no output layer.", "[Layer(1)].")
    return layers


def check_pair(loss: Loss, output: Layer) -> None:
    """Refuse a loss that does not exist for all values that the output layer can take."""
    low, high = loss.output_range
    least, most = output.activation.range
    if least < low or most > high or {low, high} & {*output.activation.attained}:
        fitting = loss.output_activation(output.units)
        why = f"{loss.name} needs outputs between {low:g} and {high:g}, and"
        why += f" {output.activation.name} does not keep them there."
        raise invalid_argument("loss", loss.name, why, f"{fitting!r} as last activation.")


def check_targets(loss: Loss, Y: FloatArray) -> None:
    """Refuse targets for which the loss does not exist."""
    low, high = loss.target_range
    wrong = (low > Y) | (high < Y)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        why = f"row {row}, column {column}: {loss.name} needs targets between {low:g} and {high:g}."
        raise invalid_argument(
            "Y", float(Y[row, column]), why, "another loss, or rescale the targets."
        )
