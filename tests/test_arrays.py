"""Arrays of other libraries: what they are known by, and their ways to a device and home."""

import array_api_strict as strict
import numpy as np
import pytest
from scipy.special import ndtr

import clearprop as cp
from clearprop._arrays import (
    host,
    identity_like,
    is_device,
    is_foreign,
    namespace,
    normal_distribution,
    placed,
)

AWAY = strict.Device("device1")
"""A device that refuses, as a card does, to meet an array that lies elsewhere."""


def test_what_is_placed_comes_home_as_it_was():
    numbers = np.arange(6.0).reshape(2, 3)
    there = placed(numbers, AWAY)
    numbers[0, 0] = 7  # what lies there is a copy
    assert is_foreign(there)
    assert there.device == AWAY
    np.testing.assert_array_equal(host(there), [[0, 1, 2], [3, 4, 5]])


def test_an_array_of_numpy_is_at_home():
    numbers = np.zeros(3)
    assert not is_foreign(numbers)
    assert not is_foreign(numbers[0])
    assert not is_foreign([1.0])
    assert host(numbers) is numbers


def test_what_is_made_lies_beside_what_it_is_made_for():
    z = placed(np.linspace(-3, 3, 7), AWAY)
    assert identity_like(z, 2).device == AWAY
    assert normal_distribution(z).device == AWAY
    np.testing.assert_allclose(host(normal_distribution(z)), ndtr(np.linspace(-3, 3, 7)), 1e-15)


@pytest.mark.parametrize("device", ["cuda", "cuda:1", "mps", AWAY])
def test_devices_are_known(device):
    assert is_device(device)


@pytest.mark.parametrize("device", ["gpu", "", 0, np.zeros(1)])
def test_other_things_are_no_devices(device):
    assert not is_device(device)


@pytest.mark.parametrize("device", ["gpu", "", 0, np.zeros(1)])
def test_an_unknown_device_is_refused_in_one_line(device):
    with pytest.raises(cp.InputError, match=r"`device` .* cannot be used: it is not known"):
        placed(np.zeros(1), device)


def test_a_card_without_a_number_is_refused():
    pytest.importorskip("torch")
    with pytest.raises(cp.InputError, match="it is not known"):
        placed(np.zeros(1), "cuda:x")


def test_a_tensor_of_pytorch_follows_the_array_api():
    torch = pytest.importorskip("torch")
    tensor = torch.arange(3.0, dtype=torch.float64, requires_grad=True)
    assert is_foreign(tensor)
    assert namespace(tensor).sum(tensor) == 3
    np.testing.assert_array_equal(host(tensor), [0, 1, 2])
