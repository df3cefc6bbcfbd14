"""scikit-learn's interface: change one import."""

from clearprop.estimators.classifier import MLPClassifier as MLPClassifier
from clearprop.estimators.regressor import MLPRegressor as MLPRegressor

__all__ = [
    "MLPClassifier",
    "MLPRegressor",
]
