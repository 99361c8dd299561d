"""Which columns of a file are read, and under which name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from layers.sources.limits import LIMITS
from spatial.errors import LayerError

_SPACE = re.compile(r"\s+")
_UNSEEN = "\ufeff\u200b\u2060"
"""A byte order mark and blanks of no width, as spreadsheets leave them in a first cell."""


def header(cells: Sequence[object]) -> tuple[str, ...]:
    """The names in a table's first line: without blanks around them, on one line; otherwise as they are."""
    return tuple("" if cell is None else _SPACE.sub(" ", str(cell).strip(_UNSEEN)).strip() for cell in cells)


def check_header(names: Sequence[str], filled: Sequence[bool], line: int, what: str) -> None:
    """Check that every column that holds something has a name of its own.

    Parameters
    ----------
    names
        As `header` gives them; empty where there is none.
    filled
        Whether the column holds anything below; at least as long as `names`.
    line
        Where the names stand, counted from 1.

    Raises
    ------
    LayerError
        Columns without name (a title above the table, or a header of two lines), or names that stand twice.

    Notes
    -----
    A first column without name is let through: many programs write their row numbers so.
    """
    if len(names) > LIMITS.columns:
        raise LayerError(f"{what}: has {len(names):,} columns, and {LIMITS.columns:,} is the most; leave some out")
    nameless = [n for n, full in enumerate(filled) if full and n > 0 and (n >= len(names) or not names[n])]
    if nameless:
        which = ", ".join(str(n + 1) for n in nameless[:3])
        title = "; it seems to be a title" if sum(map(bool, names)) == 1 else ""
        raise LayerError(
            f"{what}: line {line}, the first with text, must name the columns, but {len(nameless)} of "
            f"{sum(filled)} columns with values have no name there (column {which}){title}; "
            "delete titles above the table and put its names on one line, without merged cells"
        )
    check_twice([name for name in names if name], what)


def check_twice(names: Sequence[str], what: str) -> None:
    """Check that no name stands twice.

    Raises
    ------
    LayerError
        One does.
    """
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise LayerError(
            f"{what}: {len(twice)} column names stand more than once ({', '.join(map(repr, twice[:3]))}), so it is "
            "unclear which is meant; rename them in the file"
        )


def chosen(there: Sequence[str], wanted: Sequence[str] | None) -> Mapping[str, str]:
    """Columns to read, as the file has them -> as the study calls them. `wanted` None: all.

    A name that is written with other code points for the same letters (an accent of its own) is the same name.
    Wanted columns that are not there are not in the result: `layers.sources.filters.require_columns` tells.
    """
    if wanted is None:
        return {name: name for name in there}
    by_form: dict[str, list[str]] = {}
    for name in there:
        by_form.setdefault(_form(name), []).append(name)
    found: dict[str, str] = {}
    for name in dict.fromkeys(wanted):
        same = [name] if name in there else by_form.get(_form(name), [])
        if len(same) == 1:
            found[same[0]] = name
    return {name: found[name] for name in there if name in found}


def _form(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())
