"""The orders of `clearprop.backprop.shuffling`, one epoch after the other in cache."""

import numpy as np

from clearprop.backprop.shuffling import Draws, Orders
from clearprop.engine.compilation import entry
from clearprop.engine.pointers import at, start_of


def orders_from(draws: Draws) -> Orders:
    """Return one order of m rows for each row of `draws`, shape (epochs, m)."""
    orders = np.empty(draws.shape, np.int64)
    fill_orders(draws, orders)
    return orders


@entry
def fill_orders(draws, orders):
    """Fill each row of `orders`, shape (epochs, m), from the same row of `draws`."""
    m = orders.shape[1]
    for epoch in range(orders.shape[0]):
        u, order = at(start_of(draws), epoch * m), at(start_of(orders), epoch * m)
        for i in range(m):
            place = (np.int64(u[i]) * (i + 1)) >> 32
            order[i] = order[place]
            order[place] = i
