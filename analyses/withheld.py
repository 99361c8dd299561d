"""Which figures about groups are withheld, by what they are figures of, and the status that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.group_cells import GroupCells, Key
from analyses.group_columns import GROUP_STATUSES
from analyses.privacy import suppress

PUBLISHED, SUPPRESSED, UNKNOWN, NOT_PUBLISHED = GROUP_STATUSES


@dataclass(frozen=True)
class Withheld:
    """Which items are withheld."""

    items: Mapping[Key, NDArray[np.int64]]
    hidden: NDArray[np.bool_]

    @classmethod
    def of(cls, found: GroupCells, k: float) -> Withheld:
        """Those that groups of fewer than `k` could be worked out from."""
        hidden = suppress(found.cells, k)
        # The last items may have no cell: nothing of them is known, and nothing withheld.
        count = sum(len(items) for items in found.items.values())
        return cls(found.items, np.append(hidden, np.zeros(count - len(hidden), dtype=bool)))

    @classmethod
    def nothing(cls) -> Withheld:
        """Where there are no figures about groups."""
        return cls({}, np.zeros(0, dtype=bool))

    def at(self, key: Key, units: int) -> NDArray[np.bool_]:
        """By unit of the key's level."""
        return self.hidden[self.items[key]] if key in self.items else np.zeros(units, dtype=bool)


def statuses(hidden: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Codes of `group_columns.GROUP_STATUSES` for figures of a level whose groups are published."""
    return np.where(hidden, SUPPRESSED, np.where(unknown, UNKNOWN, PUBLISHED)).astype(object)
