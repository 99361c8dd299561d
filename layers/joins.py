"""Tables joined to communities by key: whether the keys are the communities' at all."""

from __future__ import annotations

import pandas as pd

from layers.names import some
from spatial.errors import LayerError


def check_joins(ids: pd.Series, community_ids: pd.Index, layer: str, column: str, consequence: str) -> None:
    """Refuse a table that joins nothing, or of which a part fails to for want of zeros.

    Parameters
    ----------
    ids
        Keys of the table, cleaned; `column` is where they stand.
    consequence
        What comes of it, as in "nobody's number is known".

    Raises
    ------
    LayerError
        No key is a community's, or some differ from communities without a row in leading zeros only.
    """
    known = ids.isin(community_ids)
    lost = pd.Series(community_ids.difference(pd.Index(ids)), dtype=object)
    bare = _without_zeros(ids[~known])
    zeros = bare.isin(_without_zeros(lost))
    if zeros.any():
        as_it_should_be = lost[_without_zeros(lost).isin(bare)]
        raise LayerError(
            f"{layer}: {int(zeros.sum())} of its {len(ids)} ids in {column!r} ({some(ids[~known][zeros])}) "
            f"differ from the communities' ({some(as_it_should_be)}) in leading zeros only, so {consequence} there; "
            "a spreadsheet has probably taken ids for numbers: keep that column as text, in both files"
        )
    if not known.any():
        raise LayerError(
            f"{layer}: none of its {len(ids)} ids in {column!r} ({some(ids)}) is a community's "
            f"({some(community_ids)}), so {consequence}; name the column that holds the communities' id"
        )


def _without_zeros(ids: pd.Series) -> pd.Series:
    """Ids of digits as a spreadsheet leaves them that takes them for numbers; others as they are."""
    bare = [key.lstrip("0") or "0" if str(key).isdigit() else key for key in ids]
    return pd.Series(bare, index=ids.index, dtype="object")
