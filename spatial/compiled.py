"""Loops compiled to machine code: on first use, kept on disk between runs.

A module of loops imports nothing else of ours: the kept code is renewed when its own file changes,
and would not notice a change in another.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, wraps
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import DTypeLike, NDArray

T = TypeVar("T")


@cache
def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    """The compiled form of a function, made when it is first asked for and not at import.

    It is kept beside the source file, or in the user's cache folder where that is read-only. Where
    neither can be written, or the disk is full, it is compiled anew in every run.
    """
    fresh: Callable[..., Any] = njit(nogil=True, error_model="numpy")(loop)
    try:
        kept: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(loop)
    except RuntimeError:  # numba found no folder to write to
        return fresh

    @wraps(loop)
    def called(*arguments: Any) -> Any:  # noqa: ANN401  whatever the loop takes and gives
        try:
            return kept(*arguments)
        except OSError:  # the disk is full, and what was compiled cannot be kept
            return fresh(*arguments)

    return called


def plain(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """The array as loops take it, so that each is compiled once: contiguous, writeable, of one type.

    The same array where it is so already; loops write only into arrays that they are given for it.
    """
    return np.require(array, dtype, ["C", "W"])


def threads() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parallel(work: Callable[[int, int], T], size: int, *, block: int) -> list[T]:
    """Results of ``work(first, last)`` over consecutive blocks of ``range(size)``, in their order.

    Blocks depend on nothing but `size` and `block`, so what comes out is the same to the last bit
    on any number of processors.
    """
    bounds = [(first, min(first + block, size)) for first in range(0, size, block)]
    workers = min(threads(), len(bounds))
    if workers <= 1:
        return [work(*bound) for bound in bounds]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda bound: work(*bound), bounds))
