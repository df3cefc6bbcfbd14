"""Model: a trained network with the columns that feed it, and what it predicts; one file."""

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._html import result, table
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop._validation import as_matrix
from clearprop.backprop.structure import Parameters, parameter_count
from clearprop.data import (
    ClassificationTarget,
    Encoding,
    NumericColumn,
    RegressionTarget,
    Table,
    Target,
    as_table,
)
from clearprop.data.dask_collections import is_dask, lazily
from clearprop.data.ranges import beyond_ranges
from clearprop.data.statistics import TrainingStatistics
from clearprop.data.targets import target_from
from clearprop.export.describe import Difference
from clearprop.export.writing import Trained, write
from clearprop.files import describe_container, read_container, write_container
from clearprop.files.access import PathLike
from clearprop.network.network import Network
from clearprop.network.record import network_from, record_of
from clearprop.series import Forecast, Lags, Laid, forecast
from clearprop.training.posterior import Posterior

POSTERIOR = "posterior."
"""The beginning of the names of the posterior's arrays."""


@dataclass(frozen=True, eq=False, init=False)
class Model:
    """A trained network that takes tables and gives predictions in the target's own values.

    Parameters
    ----------
    network : Network
    parameters : Parameters
        They take raw inputs and give raw outputs.
    encoding : Encoding, optional
        How the columns of a table become the n₀ inputs; numeric columns x1 … xn₀ without it.
    target : Target, optional
        What the K outputs stand for; numbers y1 … yK without it.
    summary : mapping, optional
        How the model was trained; anything that JSON can say.
    posterior : Posterior, optional
        The posterior of the parameters under Bayesian regularisation, for `predict_std`.
    statistics : TrainingStatistics, optional
        What the rows that trained it held.
    lags : Lags, optional
        How a time series becomes the columns of the encoding, if the model is one of a series:
        then a table is the series itself.

    Raises
    ------
    InputError
        If the parts do not fit each other.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)])
    >>> model = cp.Model(net, net.initialize(seed=0))
    >>> model.predict([[0.5, -1.0], [0.0, 0.0]]).shape
    (2,)
    """

    network: Network
    parameters: Parameters
    encoding: Encoding
    target: Target
    summary: Mapping[str, Any]
    posterior: Posterior | None
    statistics: TrainingStatistics | None
    lags: Lags | None

    def __init__(
        self,
        network: Network,
        parameters: Parameters,
        encoding: Encoding | None = None,
        target: Target | None = None,
        summary: Mapping[str, Any] | None = None,
        posterior: Posterior | None = None,
        statistics: TrainingStatistics | None = None,
        lags: Lags | None = None,
    ) -> None:
        if encoding is None:
            inputs = range(1, network.inputs + 1)
            encoding = Encoding(tuple(NumericColumn(f"x{i}") for i in inputs))
        if target is None:
            target = RegressionTarget(tuple(f"y{k}" for k in range(1, network.outputs + 1)))
        for part, has, needs in (
            ("parameters", parameters.sizes, network.sizes),
            ("encoding", len(encoding.features), network.inputs),
            ("target", target.outputs, network.outputs),
            ("lags", len(lags.columns) if lags else network.inputs, network.inputs),
        ):
            if has != needs:
                raise invalid_argument(
                    part, has, f"the network has {needs}.", "parts of one model."
                )
        object.__setattr__(self, "network", network)
        object.__setattr__(self, "parameters", parameters)
        object.__setattr__(self, "encoding", encoding)
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "summary", dict(summary or {}))
        object.__setattr__(self, "posterior", posterior)
        object.__setattr__(self, "statistics", statistics)
        object.__setattr__(self, "lags", lags)

    @property
    def task(self) -> str:
        """``"regression"`` or ``"classification"``."""
        return self.target.task

    def _repr_html_(self) -> str:
        columns = ", ".join(column.name for column in self.encoding.columns)
        rows = [
            ("task", self.task),
            ("network", self.network),
            ("parameters", self.network.parameter_count),
            ("columns", columns),
            ("target", ", ".join(self.target.names)),
        ]
        return result("Model", table((), rows))

    def outputs(self, given: Any) -> FloatArray:
        """Return the outputs of the network, shape (m, K).

        Parameters
        ----------
        given : table or array of shape (m, n₀)
            A frame with the columns of the encoding in any order, others are ignored; or a matrix
            of numbers, if all columns are numeric. A value that is missing in a column that lacked
            none in training becomes its mean, or its most frequent category, with a warning.
            Of a model of a time series, the series: each row is predicted from the measured rows
            before it (open loop), and one without a full past is NaN.

        Raises
        ------
        InputError
            If a column is not there, or a value cannot stand in it; it names row and column.
        """
        return self._each_row(given, lambda X: self.network.forward(self.parameters, X))

    def forecast(
        self, past: Any, future_inputs: Any = None, steps: int | None = None
    ) -> FloatArray:
        """Return the target after the end of a time series, shape (steps,), or (steps, K).

        The loop is closed: a prediction is the past of the next ones.

        Parameters
        ----------
        past : table
            The series until now, with all its columns.
        future_inputs : table, optional
            The inputs of the steps to come, where the series has inputs. An input that comes d rows
            late is needed for all steps but the last d.
        steps : int, optional
            As many as `future_inputs` has rows without it.

        Raises
        ------
        InputError
            If the model is not one of a series, the past is too short, or inputs are missing.

        Warns
        -----
        UserWarning
            If the loop runs away: from some step on it is far beyond what training saw.
        """
        found = self.closed_loop(past, future_inputs, steps)
        for note in found.notes:
            warnings.warn(note.en, UserWarning, stacklevel=2)
        return self.target.decode(found.values)

    def closed_loop(self, past: Any, future_inputs: Any, steps: int | None) -> Forecast:
        """Return what `forecast` gives, shape (steps, K), and what is to be said about it."""
        if self.lags is None:
            why = "the model was not trained on a time series."
            raise invalid_argument("forecast", self.task, why, "clearprop.lags(…).fit().")
        future = None if future_inputs is None else as_table(future_inputs)
        known = None if self.statistics is None else self.statistics.targets
        series = as_table(past)
        return forecast(self.network, self.parameters, self.lags, series, future, steps, known)

    def predict(self, given: Any) -> npt.NDArray[Any]:
        """Return the prediction for each row, shape (m,), or (m, K) for several targets.

        A number for regression, one of the classes for classification. `given` is as for
        `outputs`. Of a Dask collection it is one that is computed when it is asked for.
        """
        if is_dask(given):
            classes = getattr(self.target, "classes", None)
            dtype = np.float64 if classes is None else np.asarray(classes).dtype
            return lazily(self.predict, given, self.target.names, dtype)
        return self.target.decode(self.outputs(given))

    def predict_proba(self, given: Any) -> FloatArray:
        """Return the probability of each class in the order of ``target.classes``, (m, classes).

        Raises
        ------
        InputError
            If the model does not classify.
        """
        if not isinstance(self.target, ClassificationTarget):
            why = "a regression model gives no probabilities."
            raise invalid_argument("predict_proba", self.task, why, "predict.")
        if is_dask(given):
            names = [str(each) for each in self.target.classes]
            return lazily(self.predict_proba, given, names, np.float64)
        return self.target.probabilities(self.outputs(given))

    def predict_std(self, given: Any) -> FloatArray:
        """Return the standard deviation of a new observation of each row, shaped as `predict`.

        Its unit is the target's. `given` is as for `outputs`.

        Raises
        ------
        InputError
            If the model was not trained by Bayesian regularisation, or classifies.
        """
        if self.posterior is None:
            why = "only a regression that Bayesian regularisation trained knows it."
            raise invalid_argument(
                "predict_std", self.task, why, "solver='bayesian_regularization'."
            )
        if is_dask(given):
            return lazily(self.predict_std, given, self.target.names, np.float64)
        return self.target.decode(self._each_row(given, self.posterior.std))

    def save(self, path: PathLike) -> None:
        """Write the model to one file, which `Model.load` reads; a write never leaves half a file.

        The arrays are named W1, b1, W2 …, so that any safetensors reader finds them; those of the
        posterior begin with "posterior.".

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        header: dict[str, Any] = {
            "network": record_of(self.network),
            "encoding": self.encoding.record(),
            "target": self.target.record(),
            "summary": dict(self.summary),
        }
        if self.statistics is not None:
            header["statistics"] = self.statistics.record()
        if self.lags is not None:
            header["lags"] = self.lags.record()
        posterior = {} if self.posterior is None else self.posterior.arrays()
        arrays = {name: self.parameters[name] for name in self.parameters}
        arrays |= {POSTERIOR + name: array for name, array in posterior.items()}
        write_container(path, arrays, header)

    def export(
        self,
        path: PathLike,
        to: str,
        *,
        dtype: Literal["float64", "float32"] | None = None,
        std: bool = False,
        check: bool = False,
        language: Language = "en",
    ) -> Difference:
        """Write the model as a file of another language or format, columns and classes included.

        The file has no part of clearprop in it. On top of it stands what it is, and how far it is
        from this model.

        Parameters
        ----------
        path : path-like
            The file to write; names in it begin with that of the file.
        to : str
            A name from `clearprop.export.TARGETS`: ``"c"``, ``"javascript"``, ``"matlab"``,
            ``"onnx"``, ``"python"``, ``"pure_python"``.
        dtype : {"float64", "float32"}, optional
            The type of numbers; that of the network without it.
        std : bool, default=False
            Also give the standard deviation of a prediction, exactly as `predict_std`; of P
            parameters it takes P²/2 numbers more.
        check : bool, default=False
            Run the file by what people run it with (a C compiler, Node.js, Octave, onnxruntime) on
            200 rows, and measure the difference there; without it NumPy computes the rows with the
            numbers of the file.
        language : {"en", "zh"}, default="en"
            Of the text on top of the file; what stands beside its code is English.

        Returns
        -------
        Difference
            The largest difference of a number or probability, and what computed it.

        Raises
        ------
        InputError
            If the file cannot be written, or the model cannot be said in that language.
        ClearpropError
            If `check` finds nothing to run the file, or that does not take it.

        Examples
        --------
        >>> import clearprop as cp
        >>> net = cp.Network(2, [cp.Layer(3, "tanh"), cp.Layer(1)])
        >>> model = cp.Model(net, net.initialize(seed=0))
        >>> model.export("small.h", to="c").largest  # doctest: +SKIP
        0.0
        """
        return write(self.trained, path, to, dtype=dtype, std=std, check=check, language=language)

    @property
    def trained(self) -> Trained:
        """What an export takes of the model."""
        return Trained(
            self.network,
            self.parameters,
            self.encoding,
            self.target,
            self.statistics,
            self.posterior,
        )

    @classmethod
    def load(cls, path: PathLike) -> "Model":
        """Return the model in a file; nothing in the file is executed.

        Raises
        ------
        InputError
            If there is no such file, or it is not a whole and unchanged model file.
        """
        header, sizes = describe_container(path)
        with _understood(path):
            # before arrays are read, of which a header may claim any size
            network = _network_of(header["network"], sizes)
            if len(header["encoding"]) > network.inputs:
                raise InputError("there are more columns than inputs.")
            encoding = Encoding.from_record(header["encoding"])
            target, summary = target_from(header["target"]), dict(header["summary"])
            statistics = None
            if "statistics" in header:  # files of 0.1.0 have none
                sizes_of_data = network.inputs, network.outputs
                statistics = TrainingStatistics.from_record(header["statistics"], *sizes_of_data)
            lags = Lags.from_record(header["lags"]) if "lags" in header else None
        arrays = read_container(path).arrays
        with _understood(path):
            own = {name: arrays.pop(name) for name in [*arrays] if name.startswith(POSTERIOR)}
            of_posterior = {name.removeprefix(POSTERIOR): array for name, array in own.items()}
            posterior = Posterior.from_arrays(network, of_posterior) if own else None
            parameters = _parameters(network, arrays)
            parts = (network, parameters, encoding, target, summary, posterior, statistics, lags)
            return cls(*parts)

    def laid_out(self, given: Any) -> Laid | None:
        """Return a time series as rows for the network; None for a model or a table without lags.

        Raises
        ------
        InputError
            If the series is too short, lacks a column, or a value cannot stand in it.
        """
        if self.lags is None or _is_matrix(given):
            return None
        table = as_table(given)
        return None if self.lags.is_laid_out(table) else self.lags.lay_out(table)

    def _each_row(self, given: Any, compute: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Return what is computed for each row (m, K); NaN for rows of a series without a past."""
        laid = self.laid_out(given)
        if laid is None:
            return compute(self.inputs(given))
        found = compute(self.encoding.matrix(laid.table))
        every = np.full((len(laid.signals), found.shape[1]), np.nan, found.dtype)
        every[laid.rows] = found
        return every

    def beyond_training(self, given: Any) -> tuple[Text, ...]:
        """Return where rows lie outside the ranges of training: a note for each such column.

        `given` is a table, as for `outputs`. They are predicted all the same.
        """
        if self.statistics is None:
            return ()
        laid = self.laid_out(given)
        table = as_table(given) if laid is None else laid.table
        X = self.encoding.matrix(table)
        return beyond_ranges(self.encoding, self.statistics.inputs, X, table)

    def inputs(self, given: Any) -> FloatArray:
        """Return the inputs of the network, shape (m, n₀), for a table of its columns or a matrix.

        `given` is as for `outputs`, but no time series: `laid_out` turns one into such a table.
        """
        if not _is_matrix(given):
            table = as_table(given)
            if table is not given:  # who has made a Table asks the encoding
                for note in self.encoding.unforeseen(table):
                    warnings.warn(note.en, UserWarning, stacklevel=5)
            return self.encoding.matrix(table)
        if self.encoding.text_columns:
            why = f"column {self.encoding.text_columns[0]!r} holds categories."
            raise invalid_argument(
                "X", type(given).__name__, why, "a DataFrame with the columns' names."
            )
        array = given if isinstance(given, np.ndarray) else np.asarray(given)
        return as_matrix("X", array, self.network.inputs, self.network.dtype)


def as_model(given: Any) -> Model:
    """Return a model as it is, and a fitted estimator as the model it holds.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(given, Model):
        return given
    if hasattr(type(given), "model_"):
        return given.model_
    why = "it is no model and no fitted estimator."
    raise invalid_argument("model", type(given).__name__, why, "a Model, or MLPRegressor().fit(…).")


def save(model: Any, path: PathLike) -> None:
    """Write a model, or the model of a fitted estimator, to one file; see `Model.save`.

    Examples
    --------
    >>> import os, tempfile
    >>> import clearprop as cp
    >>> table = {"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 5.0, 7.0]}
    >>> model = cp.fit(table, "y", hidden=(), solver="lbfgs").model
    >>> path = os.path.join(tempfile.mkdtemp(), "line.clearprop")
    >>> cp.save(model, path)
    >>> cp.load(path).predict({"x": [4.0]}).round(3)
    array([9.])
    """
    as_model(model).save(path)


def load(path: PathLike) -> Model:
    """Return the model in a file; see `Model.load`."""
    return Model.load(path)


def _network_of(record: Mapping[str, Any], sizes: Mapping[str, int]) -> Network:
    """Return the network of a file whose arrays have these sizes."""
    units = [record["inputs"], *(layer["units"] for layer in record["layers"])]
    count = sum(size for name, size in sizes.items() if not name.startswith(POSTERIOR))
    if any(not isinstance(size, int) for size in units) or count != parameter_count(units):
        raise InputError("the file holds another number of parameters.")
    return network_from(record)


@contextlib.contextmanager
def _understood(path: PathLike) -> Iterator[None]:
    """Raise one error for whatever a nonsensical description leads to."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError,
            RecursionError, MemoryError):  # fmt: skip
        why = "it holds no model that this clearprop understands."
        raise invalid_argument("path", os.fspath(path), why, "a newer clearprop.") from None


def _parameters(network: Network, arrays: Mapping[str, FloatArray]) -> Parameters:
    """Return the arrays W1, b1, W2 … as parameters of the network."""
    count = sum(array.size for array in arrays.values())
    if count != parameter_count(network.sizes):
        raise InputError("the file holds another number of parameters.")
    parameters = network.parameters(np.zeros(count))
    for name, array in arrays.items():
        if array.dtype != network.dtype:
            raise InputError("the parameters are of another type than the network.")
        parameters[name] = array
    if not np.isfinite(parameters.vector).all():
        raise InputError("a parameter is not a finite number.")
    return parameters


def _is_matrix(given: Any) -> bool:
    """Return whether something is an array or nested lists of numbers, and no table."""
    return not isinstance(given, Table | Mapping) and not hasattr(given, "columns")
