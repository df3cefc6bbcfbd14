"""Pictures of networks, trainings and predictions, one a file; Matplotlib loads when one is drawn.

Every function returns the `Axes` it drew on (several panels: a list of them), draws where it is
asked (``ax=`` or ``figure=``) or else on a new pyplot figure, and labels in English or Chinese.
"""

from clearprop.plots.activation import plot_activation
from clearprop.plots.confusion import plot_confusion
from clearprop.plots.decision_boundary import plot_decision_boundary
from clearprop.plots.error_correlation import (
    plot_error_autocorrelation,
    plot_input_error_correlation,
)
from clearprop.plots.error_histogram import plot_error_histogram
from clearprop.plots.fit import plot_fit
from clearprop.plots.importance import plot_importance
from clearprop.plots.label_histogram import plot_label_histogram
from clearprop.plots.layer_distributions import plot_gradients, plot_weights
from clearprop.plots.network_diagram import plot_network
from clearprop.plots.partial_effect import plot_partial_effect
from clearprop.plots.performance import plot_performance
from clearprop.plots.regression import plot_regression
from clearprop.plots.residuals import plot_residuals
from clearprop.plots.response import plot_response
from clearprop.plots.roc import plot_roc
from clearprop.plots.sensitivity import plot_sensitivity
from clearprop.plots.training_state import plot_training_state

__all__ = [
    "plot_activation",
    "plot_confusion",
    "plot_decision_boundary",
    "plot_error_autocorrelation",
    "plot_error_histogram",
    "plot_fit",
    "plot_gradients",
    "plot_importance",
    "plot_input_error_correlation",
    "plot_label_histogram",
    "plot_network",
    "plot_partial_effect",
    "plot_performance",
    "plot_regression",
    "plot_residuals",
    "plot_response",
    "plot_roc",
    "plot_sensitivity",
    "plot_training_state",
    "plot_weights",
]
