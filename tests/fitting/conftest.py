"""The diabetes table."""

import pytest
from sklearn.datasets import load_diabetes


@pytest.fixture(scope="session")
def diabetes():
    return load_diabetes(as_frame=True).frame
