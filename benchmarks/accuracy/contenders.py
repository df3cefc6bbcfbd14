"""Who predicts: clearprop with everything left open, and what people use of scikit-learn."""

from collections.abc import Callable, Mapping
from typing import Any

OURS = "clearprop"
NETWORKS = (OURS, "MLP", "MLP, grid")
"""Those that are neural networks."""
SIZES, ALPHAS = ((20,), (50,), (100,)), (1e-4, 1e-2, 1.0)
"""What is searched for scikit-learn's network; the validation of each has three folds."""
COSTS, WIDTHS = (1.0, 10.0, 100.0), ("scale", 0.01, 0.1)
"""C and gamma that are searched for the support vector machine."""
FOLDS = 3
Contenders = Mapping[str, Callable[[int], Any]]
"""From a name to what makes an untrained estimator of a seed."""


def classifiers() -> Contenders:
    """Return those that predict classes."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    import clearprop

    def scaled(model: Any) -> Any:
        return make_pipeline(StandardScaler(), model)

    def searched(model: Any, **grid: Any) -> Any:
        return GridSearchCV(scaled(model), grid, scoring="neg_log_loss", cv=FOLDS)

    return {
        OURS: lambda seed: clearprop.MLPClassifier(random_state=seed),
        "MLP": lambda seed: scaled(MLPClassifier(random_state=seed)),
        "MLP, grid": lambda seed: searched(
            MLPClassifier(random_state=seed),
            mlpclassifier__hidden_layer_sizes=SIZES,
            mlpclassifier__alpha=ALPHAS,
        ),
        "logistic regression": lambda seed: scaled(LogisticRegression(max_iter=1000)),
        "SVM, grid": lambda seed: searched(
            SVC(probability=True, random_state=seed), svc__C=COSTS, svc__gamma=WIDTHS
        ),
        "boosting": lambda seed: HistGradientBoostingClassifier(random_state=seed),
    }


def regressors() -> Contenders:
    """Return those that predict numbers; targets are standardized where scale matters."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    import clearprop

    def scaled(model: Any) -> Any:
        return make_pipeline(StandardScaler(), model)

    def both_scaled(model: Any) -> Any:
        return TransformedTargetRegressor(model, transformer=StandardScaler())

    def searched(model: Any, **grid: Any) -> Any:
        return both_scaled(GridSearchCV(scaled(model), grid, cv=FOLDS))

    return {
        OURS: lambda seed: clearprop.MLPRegressor(random_state=seed),
        "MLP": lambda seed: both_scaled(scaled(MLPRegressor(random_state=seed))),
        "MLP, grid": lambda seed: searched(
            MLPRegressor(random_state=seed),
            mlpregressor__hidden_layer_sizes=SIZES,
            mlpregressor__alpha=ALPHAS,
        ),
        "ridge": lambda seed: scaled(RidgeCV()),
        "SVM, grid": lambda seed: searched(SVR(), svr__C=COSTS, svr__gamma=WIDTHS),
        "boosting": lambda seed: HistGradientBoostingRegressor(random_state=seed),
    }
