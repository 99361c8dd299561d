"""Work on long arrays shared out among threads: for library calls that let go of Python's lock while they compute."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST = 4096
"""Fewer rows than this are not worth a thread."""


def by_rows(work: Callable[[NDArray[Any]], NDArray[Any]], rows: NDArray[Any]) -> NDArray[Any]:
    """`work` on the rows in as many parts as there are cores; each row's result must not depend on the others."""
    parts = min(os.cpu_count() or 1, len(rows) // _LEAST)
    if parts < 2:
        return work(rows)
    with ThreadPoolExecutor(parts) as pool:
        return np.concatenate(list(pool.map(work, np.array_split(rows, parts))))
