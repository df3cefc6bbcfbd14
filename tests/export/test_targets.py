"""Every target, run by what people run it with, gives what the model gives."""

import numpy as np
import pytest

import clearprop as cp
from cases import ALL_ACTIVATIONS
from clearprop.export import TARGETS
from clearprop.export.runtimes import MissingRuntimeError
from clearprop.export.writing import Exported, render
from export.cases import CASES

ELEMENTWISE = [name for name in ALL_ACTIVATIONS if cp.ACTIVATIONS.make(name).elementwise]
ENDINGS = {name: TARGETS[name].suffix for name in TARGETS}


def run(model: cp.Model, to: str, **options: object) -> Exported:
    """Export a model and run the file; skip where nothing runs it."""
    try:
        return render(model.trained, f"model{ENDINGS[to]}", to, check=True, **options)  # type: ignore[arg-type]
    except (MissingRuntimeError, cp.MissingExtraError) as error:
        pytest.skip(str(error))


def scale_of(model: cp.Model) -> float:
    """Return the size of the numbers that are added up: of which 4 ulp are allowed."""
    return max(float(np.abs(b).max()) for _, b in model.parameters.layers) + 1.0


@pytest.mark.parametrize("to", TARGETS)
def test_it_runs_in_a_process_of_its_own(to):
    case = CASES[3]
    assert run(case.model, to).difference.labels is not False


@pytest.mark.usefixtures("staying")
@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_gives_what_the_model_gives(case, to):
    difference = run(case.model, to).difference
    assert difference.labels is not False
    ulp = np.finfo(case.model.network.dtype).eps
    assert difference.largest <= 4 * ulp * scale_of(case.model)


@pytest.mark.usefixtures("staying")
@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("case", [CASES[0], CASES[3], CASES[4]], ids=str)
def test_a_file_of_single_precision_is_as_near_as_it_says(case, to):
    exported = run(case.model, to, dtype="float32")
    said = exported.difference.sentence.en
    assert 0 < exported.difference.largest <= 1e-4
    assert f"{exported.difference.largest:.2g} on 200 rows" in said
    if not TARGETS[to].binary:
        assert said in exported.content.decode()


@pytest.mark.usefixtures("staying")
@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_activation_is_translated(name, to):
    """Two units of it, far into both tails, and a weighted sum of them."""
    network = cp.Network(1, [cp.Layer(2, name), cp.Layer(1)])
    parameters = network.parameters(np.array([1.0, 9.0, 0.5, -0.25, 1.0, 0.125, 0.0]))
    difference = run(cp.Model(network, parameters), to).difference
    largest = float(np.abs(network.forward(parameters, [[-3.0], [3.0]])).max())
    assert difference.largest <= 4 * np.finfo(float).eps * max(1.0, largest)
