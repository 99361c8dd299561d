"""Counts that a spreadsheet wrote as text: what is no number in them, and what to do about it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_GROUPED = r"[1-9]\d{0,2}(\.\d{3})+"
"""1.722, as Spanish and German spreadsheets write 1722."""
_WHOLE = r"\d{4,}(\.\d*)?"
"""Where four digits stand together, points do not group them."""
_SEPARATED = r"[+-]?\d{1,3}([.,'\u2019\uff0c\u00a0\u202f ]\d{3})+([.,]\d+)?"
_COMMA = r"[+-]?\d+[,\uff0c]\d+"
_NUMBER_AND_WORDS = r"[+-]?\d[\d.,\uff0c]*\s*[^\d\s.,\uff0c]\D*"


def points_group_thousands(values: pd.Series) -> NDArray[np.bool_]:
    """Which values of a column are text whose points seem to group thousands: ``1.722`` may be 1722 residents.

    They are, where every number with a point has one to three digits before it and just three after it, and none
    has more than three digits together. Read as decimals, a city would have a thousandth of its residents.
    """
    text = pd.Series([v.strip() if isinstance(v, str) else "" for v in values], dtype="str")
    grouped: NDArray[np.bool_] = text.str.fullmatch(_GROUPED).to_numpy(dtype=bool)
    pointed = text.str.contains(".", regex=False).to_numpy(dtype=bool)
    whole = text.str.fullmatch(_WHOLE).to_numpy(dtype=bool)
    if whole.any() or (pointed & ~grouped & ~text.str.fullmatch(_SEPARATED).to_numpy(dtype=bool)).any():
        return np.zeros(len(text), dtype=bool)
    return grouped


def remedies(wrong: pd.Series) -> str:
    """What to do about values that are no numbers: a clause for each kind that is among them; empty for others."""
    text = pd.Series([str(v).strip() for v in wrong], dtype="str")
    separated, comma = text.str.fullmatch(_SEPARATED), text.str.fullmatch(_COMMA)
    kinds = (
        (
            separated,
            "remove the marks between thousands (write 1722, not 1,722 or 1.722; if those are decimals, round them)",
        ),
        (comma & ~separated, "write decimals with a point, not a comma"),
        (text.str.fullmatch(_NUMBER_AND_WORDS) & ~separated, "leave units and words out of the cells"),
    )
    return ", ".join(words for found, words in kinds if found.any())
