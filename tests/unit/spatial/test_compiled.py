"""Loops are compiled on first use, once, and also where nothing can be kept on disk."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from spatial import compiled
from spatial.compiled import in_parallel, plain


def test_the_same_loop_is_compiled_once() -> None:
    def loop(x):
        return x + 1

    assert compiled.compiled(loop) is compiled.compiled(loop)
    assert compiled.compiled(loop)(2) == 3


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same() -> None:
    """A function that comes from no file has no place beside it."""
    made: dict[str, object] = {}
    exec("def loop(x):\n    return 2 * x", made)  # noqa: S102
    assert compiled.compiled(made["loop"])(21) == 42


def test_blocks_come_back_in_order_whoever_did_them(monkeypatch) -> None:
    for count in (1, 2, 5):
        monkeypatch.setattr(compiled, "threads", lambda count=count: count)
        assert in_parallel(lambda a, b: (a, b), 10, block=4) == [(0, 4), (4, 8), (8, 10)]
    assert in_parallel(lambda a, b: (a, b), 0, block=4) == []
    assert compiled.threads() >= 1


def test_plain_arrays_are_taken_as_they_are_and_others_copied() -> None:
    good = np.arange(4, dtype=np.int32)
    assert plain(good, np.int32) is good
    frozen = good.copy()
    frozen.setflags(write=False)
    for odd in (frozen, np.arange(8, dtype=np.int32)[::2], np.arange(4)):
        made = plain(odd, np.int32)
        assert made.dtype == np.int32
        assert made.flags.writeable
        assert made.flags.c_contiguous
        assert (made == odd).all()


def test_importing_the_searches_compiles_nothing() -> None:
    code = (
        "import spatial.search, spatial.snapping, spatial.compiled as c\n"
        "assert c.compiled.cache_info().currsize == 0, c.compiled.cache_info()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
