"""A folder to work in, and the program: within this process, or as people start it."""

import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from clearprop.cli.app import run
from clearprop.fitting import FitOptions, fit

QUICK = FitOptions(
    hidden=(10,),
    activation="tanh",
    solver="lbfgs",
    max_epochs=30,
    early_stopping=True,
    validation=0.15,
    test=0.15,
    seed=0,
)


def houses(rows=60):
    random = np.random.default_rng(0)
    area = random.uniform(30, 200, rows).round(1)
    city = random.choice(["Oslo", "Rome", "北京"], rows)
    price = 3 * area + np.where(city == "Oslo", 100, 0) + random.normal(size=rows)
    frame = pd.DataFrame({"area": area, "city": city, "price": price.round(3)})
    return frame.assign(kind=np.where(frame.price > frame.price.median(), "dear", "cheap"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, with houses.csv in it."""
    monkeypatch.chdir(tmp_path)
    houses().to_csv("houses.csv", index=False)
    return tmp_path


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder with two models of houses.csv: price.clearprop and kind.clearprop."""
    place = tmp_path_factory.mktemp("trained")
    for target, other in (("price", "kind"), ("kind", "price")):
        fitted = fit(houses(), target, QUICK, ignore=[other])
        fitted.model.save(place / f"{target}.clearprop")
    return place


@pytest.fixture
def models(trained, folder):
    """The working folder, with houses.csv and the two models in it."""
    for path in trained.iterdir():
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def clearprop(folder, capsys):
    """Run the program here: returns exit code, standard output and standard error.

    A training writes its report, which takes seconds, where `report` asks for it.
    """

    def call(*arguments, report=False):
        capsys.readouterr()
        words = [str(argument) for argument in arguments]
        if words[:1] == ["train"] and not report:
            words.append("--no-report")
        code = run(words)
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def start(folder):
    """Start the program in a process of its own, which ends with the test."""
    started = []

    def starter(*arguments, **options):
        environment = os.environ | {"PYTHONUNBUFFERED": "1"} | options.pop("env", {})
        # an ignored Ctrl-C, as in the background of a shell, would be inherited
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "clearprop", *map(str, arguments)],
                env=environment,
                **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options),
            )
        finally:
            signal.signal(signal.SIGINT, before)
        started.append(process)
        return process

    yield starter
    for process in started:
        process.kill()
        process.wait()
        for stream in filter(None, (process.stdout, process.stderr)):
            stream.close()
