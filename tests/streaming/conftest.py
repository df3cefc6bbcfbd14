"""One table in many forms: Parquet in two files, CSV, and a frame in memory."""

import numpy as np
import pandas as pd
import pytest

ROWS = 3000


def frame(rows=ROWS, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 3))
    city = random.choice(["Rome", "Oslo", "北京"], rows)
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    table["city"] = city
    table["y"] = np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + (city == "Rome")
    table.loc[7::50, "b"] = np.nan
    table.loc[3::100, "y"] = np.nan
    return table


@pytest.fixture(scope="session")
def table():
    return frame()


@pytest.fixture(scope="session")
def parquet(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    table[:2000].to_parquet(folder / "part-0.parquet", row_group_size=700)
    table[2000:].to_parquet(folder / "part-1.parquet", row_group_size=700)
    return folder


@pytest.fixture(scope="session")
def csv(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    table.to_csv(path, index=False)
    return path
