"""What JSON keeps of a network is enough to make it again, for all rules."""

import json

from hypothesis import given
from hypothesis import strategies as st

from cases import HIDDEN, PAIRS
from clearprop import Layer, Network
from clearprop.network.record import network_from, record_of


@given(
    pair=st.sampled_from(PAIRS),
    hidden=st.lists(st.tuples(st.integers(1, 4), st.sampled_from(HIDDEN)), max_size=3),
    reduction=st.sampled_from(["sum", "mean"]),
    dtype=st.sampled_from(["float64", "float32"]),
)
def test_a_network_comes_back_from_its_record(pair, hidden, reduction, dtype):
    output, loss = pair
    layers = [*(Layer(units, activation) for units, activation in hidden), Layer(2, output)]
    network = Network(3, layers, loss, reduction, dtype)
    assert network_from(json.loads(json.dumps(record_of(network)))) == network
