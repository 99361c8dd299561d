"""Timing side by side: ours and a peer's in turn, in one process, so that whatever else the machine does hits both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.meter import forget_peak, peak_mb, resident_mb


@dataclass(frozen=True)
class Timed:
    """Median seconds and the memory that the work took on top of what was there."""

    seconds: float
    extra_mb: float


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    streets: str
    stage: str
    ours: Timed
    peer: str
    other: Timed
    goal: str
    """The ratio aimed at."""
    ratio: float
    """How many times as fast as the peer; or, for `slower`, how many times as long."""


def timed(work: Callable[[], Any], runs: int) -> Timed:
    """Median of several runs, after one that warms up compiled code and caches."""
    work()
    seconds, extra = [], 0.0
    for _ in range(runs):
        before = resident_mb()
        forget_peak()
        began = time.perf_counter()
        kept = work()
        seconds.append(time.perf_counter() - began)
        extra = max(extra, peak_mb() - before)
        del kept
    return Timed(statistics.median(seconds), extra)


def side_by_side(
    ours: Callable[[], Any], other: Callable[[], Any], runs: int, other_runs: int | None = None
) -> tuple[Timed, Timed]:
    """Both, one after the other."""
    return timed(ours, runs), timed(other, other_runs or runs)


def faster(streets: str, stage: str, peer: str, pair: tuple[Timed, Timed], goal: float, share: float = 1.0) -> Row:
    """A row of how many times as fast as the peer; `share`: the part of the work that the peer was given."""
    ours, other = pair
    whole = Timed(other.seconds / share, other.extra_mb)
    return Row(streets, stage, ours, peer, whole, f">= {goal:g}", whole.seconds / ours.seconds)


def longer(streets: str, stage: str, peer: str, pair: tuple[Timed, Timed], goal: float) -> Row:
    """A row of how many times as long as a bound."""
    ours, other = pair
    return Row(streets, stage, ours, peer, other, f"<= {goal:g}", ours.seconds / other.seconds)
