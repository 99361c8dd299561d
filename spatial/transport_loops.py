"""The loops that carry amounts from points to places of limited room at least cost (compiled).

See `analyses.refuge_assignment`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

_DUST = 1e-9
"""Amounts below this are rounding: nothing is moved for them."""


@register_jitable
def _offer(pair: int, pairs: Any, delta: Any, giver: Any, taker: Any) -> None:
    """Note where the amount of a pair could go instead, if nothing at its place could go there for less."""
    first, point, place, cost = pairs
    u, i = place[pair], point[pair]
    for q in range(first[i], first[i + 1]):
        v, dearer = place[q], cost[q] - cost[pair]
        if v != u and dearer < delta[u, v]:
            delta[u, v], giver[u, v], taker[u, v] = dearer, pair, q


@register_jitable
def _offers_of(u: int, pairs: Any, at: Any, went: Any, delta: Any, giver: Any, taker: Any) -> None:
    """All offers of one place, made anew."""
    place_first, place_pair = at
    delta[u, :] = np.inf
    for k in range(place_first[u], place_first[u + 1]):
        if went[place_pair[k]] > _DUST:
            _offer(place_pair[k], pairs, delta, giver, taker)


@register_jitable
def _cheapest_way(source: int, delta: Any, price: Any, price_out: float, room: Any) -> Any:
    """Dijkstra over the places from one that is too full to the nearest with room, by reduced costs.

    The last place stands for none: it always has room, and nothing is moved on from it.
    """
    count = len(price)
    far, before = np.full(count, np.inf), np.full(count, -1, np.int64)
    done = np.zeros(count, np.bool_)
    far[source] = 0.0
    end, end_at = np.inf, -1
    while True:
        u, least = -1, end
        for v in range(count):
            if not done[v] and far[v] < least:
                u, least = v, far[v]
        if u < 0:
            return far, before, end, end_at
        done[u] = True
        if room[u] > _DUST:
            out = least + max(price[u] - price_out, 0.0)
            if out < end:
                end, end_at = out, u
        if u == count - 1:
            continue
        for v in range(count):
            if not done[v] and delta[u, v] < np.inf:
                way = least + max(delta[u, v] + price[u] - price[v], 0.0)
                if way < far[v]:
                    far[v], before[v] = way, u


@register_jitable
def _move(source: int, end_at: int, before: Any, most: float, pairs: Any, at: Any, went: Any, offers: Any) -> float:
    """Move as much along a way as its narrowest step allows; how much."""
    delta, giver, taker = offers
    amount, v = most, end_at
    while v != source:
        amount = min(amount, went[giver[before[v], v]])
        v = before[v]
    v, length = end_at, 0
    way = np.empty((len(before), 3), np.int64)
    while v != source:
        u = before[v]
        way[length, 0], way[length, 1], way[length, 2] = u, giver[u, v], taker[u, v]
        v = u
        length += 1
    for step in range(length):
        went[way[step, 1]] -= amount
        went[way[step, 2]] += amount
    for step in range(length):
        if way[step, 2] < len(went) and pairs[2][way[step, 2]] < len(before) - 1:
            _offer(way[step, 2], pairs, delta, giver, taker)
        if went[way[step, 1]] <= _DUST:
            _offers_of(way[step, 0], pairs, at, went, delta, giver, taker)
    return amount


def share_out(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    at: tuple[NDArray[np.int64], NDArray[np.int64]],
    amount: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> Any:
    """The amount of every pair at least cost, by successive shortest ways, and the prices of the places.

    `pairs`: (first pair of every point, point, place, cost) sorted by point; every point has a pair with the last
    place, which has room for all. `at`: the pairs of every place in CSR form.
    """
    first, _, place, cost = pairs
    count = len(capacity)
    went, room = np.zeros(len(cost)), capacity.copy()
    for i in range(len(amount)):
        nearest = first[i]
        for q in range(first[i] + 1, first[i + 1]):
            if cost[q] < cost[nearest]:
                nearest = q
        went[nearest] = amount[i]
        room[place[nearest]] -= amount[i]
    delta = np.full((count, count), np.inf)
    giver, taker = np.full((count, count), -1, np.int64), np.full((count, count), -1, np.int64)
    for u in range(count - 1):
        _offers_of(u, pairs, at, went, delta, giver, taker)
    price, price_out = np.zeros(count), 0.0
    for source in range(count - 1):
        while room[source] < -_DUST:
            far, before, end, end_at = _cheapest_way(source, delta, price, price_out, room)
            for v in range(count):
                price[v] += min(far[v], end)
            price_out += end
            most = min(-room[source], room[end_at])
            moved = _move(source, end_at, before, most, pairs, at, went, (delta, giver, taker))
            room[source] += moved
            room[end_at] -= moved
    return went, price - price_out
