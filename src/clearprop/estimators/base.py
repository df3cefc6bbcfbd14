"""What both estimators have in common: fitting, going on, and what remains afterwards."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from clearprop._errors import invalid_argument
from clearprop._interruption import finishing, hearing_ctrl_c
from clearprop._text import Language
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer, Parameters
from clearprop.data import (
    ClassificationTarget,
    Encoding,
    MultilabelTarget,
    NumericColumn,
    RegressionTarget,
    Target,
)
from clearprop.data.task import Classification, Task
from clearprop.estimators.constraints import check_changed_parameters, check_parameters
from clearprop.estimators.options import options_of, random_source_of
from clearprop.estimators.parameters import MLPParameters
from clearprop.estimators.partial_fit import Stream, take_epoch
from clearprop.estimators.prediction import outputs_of_few
from clearprop.estimators.progress import progress_of
from clearprop.estimators.results import keep_results
from clearprop.estimators.rules import AUTOMATIC, descends_by_batches
from clearprop.estimators.summary import summary_of
from clearprop.estimators.tabulate import Given, checked, checked_inputs, fit_data
from clearprop.estimators.watching import watching_of
from clearprop.fitting import FitOptions, plan
from clearprop.fitting.before import Before
from clearprop.fitting.pipeline import train_task
from clearprop.fitting.tables import summarize
from clearprop.model import Model
from clearprop.network.network import Network
from clearprop.search.averaging import average
from clearprop.training import History, Record, TrainingResult

if TYPE_CHECKING:
    import pandas


def goes_on(estimator: Any) -> bool:
    """Return whether `partial_fit` exists; the error of scikit-learn's name where it does not.

    Raises
    ------
    AttributeError
        If the solver takes all rows in a step.
    """
    wanted = estimator.solver
    if (isinstance(wanted, str) and wanted == AUTOMATIC) or descends_by_batches(wanted):
        return True
    raise AttributeError(
        "partial_fit is only available for solvers that take mini-batches, such as 'adam'; "
        f"{wanted!r} takes all rows in a step."
    )


class Fitted:
    """What a training leaves beside scikit-learn's attributes."""

    _task: Task
    _result: TrainingResult
    _records: list[Record]
    """Of this and earlier trainings that it went on from."""
    _stream: Stream | None
    """None after `fit`, of whose result `partial_fit` makes one."""


@dataclass(eq=False, repr=False)
class MLPEstimator(Fitted, MLPParameters, BaseEstimator):
    """A feed-forward network under scikit-learn's interface."""

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array, frame or sparse matrix of shape (m, n₀)
            Inputs, one sample a row.
        y : array of shape (m,) or (m, K)
            Answers: numbers or classes; 0/1 columns for classes of which a sample may have many.
        sample_weight : array of shape (m,), optional
            How much each row counts.
        X_val, y_val : like `X` and `y`, optional
            Rows that do not train: their loss is in `history_`, and with `early_stopping` they
            decide.
        sample_weight_val : array, optional
            How much each of those rows counts.

        Returns
        -------
        self

        Raises
        ------
        InputError
            If a parameter has a value that it does not take.
        ValueError, TypeError
            If the data cannot be used.
        """
        check_parameters(self)
        given = Given(X, y, sample_weight, X_val, y_val, sample_weight_val)
        going_on = bool(self.warm_start) and hasattr(self, "coefs_")
        inputs, answers = checked(self, X, y, numeric=self._numeric, reset=not going_on)
        task = self._task_for(answers, going_on=going_on)
        data = fit_data(self, task, given, inputs, answers, numeric=self._numeric)
        before = None
        options, random = options_of(self), random_source_of(self.random_state)
        if going_on:
            self._leave_joined()
            self._refuse_other_shape(self.parameters_, task, options)
            before = Before(self.network_, self.parameters_)
        self._task = task
        wide = options.finds_solver and not self.warm_start
        with hearing_ctrl_c():
            with progress_of(self, task) as progress:
                watching = watching_of(self, data, progress.observe, progress.on_stage)
                trained = train_task(task, data, options, random, watching, before, allow_wide=wide)
            with finishing():
                keep_results(self, trained, data, going_on=going_on)
                self._stream = None
        return self

    def _piece(self, X: Any, y: Any) -> tuple[FloatArray, npt.NDArray[Any]]:
        """Return the rows of one call of `partial_fit`, checked."""
        check_changed_parameters(self)
        if self.early_stopping:
            raise invalid_argument(
                "early_stopping",
                self.early_stopping,
                "partial_fit does not support early_stopping=True.",
                "early_stopping=False.",
            )
        return checked(self, X, y, numeric=self._numeric, reset=not hasattr(self, "coefs_"))

    def _partial_fit(self, task: Task, given: Given, X: FloatArray, y: npt.NDArray[Any]) -> Self:
        """Take one epoch over checked rows."""
        data = fit_data(self, task, given, X, y, numeric=self._numeric)
        going_on, options = hasattr(self, "coefs_"), options_of(self)
        if going_on:
            self._leave_joined()
            self._refuse_other_shape(self.parameters_, task, options)
        trained, stream = take_epoch(self, task, data, options)
        self._task = task
        keep_results(self, trained, data, going_on=going_on, whole=False)
        self._stream = stream
        return self

    @property
    def history_(self) -> "pandas.DataFrame":
        """What happened in every epoch: a table with one row an epoch, epoch 0 is the start.

        Losses are in the unit of training, without penalty; the solver's own state (damping, step,
        learning rate …) has columns of its own.
        """
        check_is_fitted(self, "coefs_")
        return History(self._records).to_frame()

    def summary(self, language: Language = "en") -> str:
        """Return network, solver, course and end of the training in words."""
        check_is_fitted(self, "coefs_")
        return summary_of(self, language)

    @property
    def parameters_(self) -> Parameters:
        """The weights and biases of `coefs_` and `intercepts_` as `clearprop.Parameters`."""
        pairs = zip(self.coefs_, self.intercepts_, strict=True)
        flat = np.concatenate([np.ravel(part) for pair in pairs for part in pair])
        return Parameters((len(self.coefs_[0]), *(len(b) for b in self.intercepts_)), flat)

    @property
    def model_(self) -> Model:
        """The fitted network as a `clearprop.Model`: for files, reports, derivations and exports.

        Its columns are `feature_names_in_`, else x1, x2 …; its target is y.
        """
        check_is_fitted(self, "coefs_")
        network, parameters = self.network_, self.parameters_
        names = getattr(self, "feature_names_in_", None)
        if names is None:
            names = [f"x{i}" for i in range(1, network.inputs + 1)]
        columns = Encoding(tuple(NumericColumn(str(name)) for name in names))
        result, seed = self._result, self.random_state
        asked = {"seed": seed if isinstance(seed, int) else None, "command": None}
        summary = summarize("arrays", "", result, (), penalty=result.weight_decay, **asked)
        fits = parameters.sizes == result.network.sizes
        posterior = result.posterior if fits else None
        target, known = target_of(self._task), getattr(self, "_statistics", None)
        return Model(network, parameters, columns, target, summary, posterior, known)

    def adopt(self, network: Network, parameters: Parameters) -> None:
        """Take over a network and its parameters, which take and give raw values."""
        pairs = parameters.copy().layers
        self.network_ = network
        self.coefs_ = [W for W, _ in pairs]
        self.intercepts_ = [b for _, b in pairs]

    def _outputs(self, X: Any) -> FloatArray:
        """Return the network's outputs, shape (m, K), for samples that are checked first."""
        few = outputs_of_few(self, X)
        if few is not None:
            return few
        check_is_fitted(self, "coefs_")
        inputs = checked_inputs(self, X)
        parameters = self.parameters_
        outputs = self.network_.forward(parameters, inputs)
        return outputs.astype(parameters.vector.dtype, copy=False)

    def _weighted_sums(self, X: Any) -> FloatArray:
        """Return the weighted sums of the output layer, shape (m, K), for checked samples."""
        check_is_fitted(self, "coefs_")
        network, parameters = self.network_, self.parameters_
        layers = [*network.layers[:-1], Layer(network.outputs)]
        linear = Network(network.inputs, layers, dtype=network.dtype)
        sums = linear.forward(parameters, checked_inputs(self, X))
        return sums.astype(parameters.vector.dtype, copy=False)

    def _task_for(self, answers: npt.NDArray[Any], *, going_on: bool) -> Task:
        raise NotImplementedError

    @property
    def _numeric(self) -> bool:
        raise NotImplementedError

    def _leave_joined(self) -> None:
        """Go on with the wide networks alone where the last fit joined them with small ones.

        Units that pass sums on do so with numbers near rounding, which a first step would spoil.
        """
        members = self._result.members if hasattr(self, "_result") else ()
        if len({member.hidden for member in members}) < 2:
            return
        wide = [member for member in members if member.hidden == members[-1].hidden]
        network, parameters = average(wide[0].network, [member.parameters for member in wide])
        result = replace(wide[0], network=network, parameters=parameters, members=tuple(wide))
        self.adopt(network, network.parameters(parameters.vector))
        self._result, self._stream = result, None

    def _refuse_other_shape(self, before: Parameters, task: Task, options: FitOptions) -> None:
        """Refuse to go on from parameters that do not fit the data or the hidden layers."""
        if before.sizes[-1] != task.outputs:
            why = f"training goes on with a network of {before.sizes[-1]} outputs."
            raise invalid_argument("y", f"{task.outputs} columns", why, "warm_start=False.")
        wanted, several = self.hidden_layer_sizes, self.restarts not in (AUTOMATIC, 1)
        if isinstance(wanted, str) or several:
            return  # the network of the last training is the one that was chosen
        hidden = before.sizes[1:-1]
        if options.hidden == hidden:
            return
        output = plan.output_of(task, options)[0]
        if self.network_.layers[-1].activation.is_identity and not output.is_identity:
            hidden = hidden[:-1]  # behind an output with bounds there is one layer more
        if options.hidden != hidden:
            why = f"training goes on with hidden layers of {hidden}."
            raise invalid_argument("hidden_layer_sizes", wanted, why, "warm_start=False.")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # pyrefly: ignore[missing-attribute]
        tags.input_tags.sparse = True
        return tags


def target_of(task: Task) -> Target:
    """Return the target column or columns of a task that was learnt from arrays."""
    if not isinstance(task, Classification):
        names = [f"y{k}" for k in range(1, task.outputs + 1)]
        return RegressionTarget(("y",) if task.outputs == 1 else tuple(names))
    if task.multilabel:
        return MultilabelTarget(tuple(f"y{k}" for k in range(1, task.outputs + 1)))
    return ClassificationTarget(("y",), tuple(task.classes.tolist()))
