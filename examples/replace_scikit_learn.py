"""One changed import: the same programs with scikit-learn's networks and with clearprop's.

Run it as a script, or cell by cell in an editor that knows ``# %%``.
"""

# %% The two libraries; the estimators have the same names and the same parameters
import time
import warnings

import sklearn.neural_network as scikit_learn
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.model_selection import cross_val_score
from threadpoolctl import threadpool_limits

import clearprop

warnings.filterwarnings("ignore")  # scikit-learn's do not converge in their default 200 epochs

# %% Three of scikit-learn's bundled data sets
TASKS = {
    "digits (accuracy)": ("MLPClassifier", load_digits),
    "breast cancer (accuracy)": ("MLPClassifier", load_breast_cancer),
    "wine (accuracy)": ("MLPClassifier", load_wine),
}
SETTINGS = {
    "hidden_layer_sizes": (16,),
    "solver": "lbfgs",
    "alpha": 10.0,
    "max_iter": 500,
    "random_state": 0,
}


# %% Five-fold cross-validation with each, of one thread: on a busy machine several wait mostly
def judged(library, name, data):
    """Return the mean score of five folds, and the seconds they took."""
    X, y = data(return_X_y=True)
    with threadpool_limits(1):
        began = time.perf_counter()
        score = cross_val_score(getattr(library, name)(**SETTINGS), X, y, cv=5).mean()
        return score, time.perf_counter() - began


if __name__ == "__main__":
    clearprop.MLPClassifier(**SETTINGS).fit([[0.0], [1.0], [2.0]], [0, 1, 0])  # compiles, once
    print(f"{'':26}{'scikit-learn':>20}{'clearprop':>20}")
    for task, (name, data) in TASKS.items():
        cells = [judged(library, name, data) for library in (scikit_learn, clearprop)]
        texts = (f"{score:8.3f} {seconds:7.2f} s" for score, seconds in cells)
        print(f"{task:26}" + "".join(f"{text:>20}" for text in texts))
