import numpy as np
import pytest

from clearprop import ClearpropError, InputError
from clearprop._errors import invalid_argument, unknown_name


def test_a_refusal_is_a_sentence_with_the_argument_its_value_and_a_way_out() -> None:
    error = invalid_argument("units", 0, "a layer needs at least one unit.", "remove the layer.")
    assert isinstance(error, InputError | ClearpropError | ValueError)
    assert str(error) == (
        "`units` (=0) cannot be used: a layer needs at least one unit. try: remove the layer."
    )


def test_long_values_are_shortened_and_stay_on_one_line() -> None:
    message = str(invalid_argument("X", np.zeros((50, 20)), "it is wrong.", "another."))
    assert "\n" not in message
    assert "..." in message
    assert len(message) < 200


def test_a_name_is_refused_with_the_nearest_name_that_exists() -> None:
    message = str(unknown_name("activation", "Sigmoid", ["relu", "sigmoid", "tanh"]))
    assert message == (
        "`activation` (='Sigmoid') cannot be used: it is not one of relu, sigmoid, tanh."
        " try: 'sigmoid'."
    )
    assert str(unknown_name("loss", "xyz", ["b", "a"])).endswith("try: one of these.")


@pytest.mark.parametrize(
    "written", ["levenburg", "Levenberg", "levenberg-marq", "levenberg_markwart"]
)
def test_the_beginning_of_a_name_is_enough_to_offer_it(written):
    known = ["lbfgs", "levenberg_marquardt", "sgd"]
    assert str(unknown_name("solver", written, known)).endswith("try: 'levenberg_marquardt'.")
