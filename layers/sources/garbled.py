"""Text that was read wrongly before it was saved: no format tells, and names come out as noise."""

from __future__ import annotations

import pandas as pd

from layers.names import examples, some
from layers.sources.likely_text import is_noise, twice_encoded
from layers.types import Caveat
from spatial.errors import LayerError

_LEAST, _MOST_SHARE = 3, 0.5


def garbled(frame: pd.DataFrame, role: str, what: str) -> tuple[Caveat, ...]:
    """Look for lost characters, control characters and UTF-8 that was taken for Latin-1 (``CardÃ³n``).

    Returns
    -------
    tuple of Caveat
        ``text_garbled``: how many texts, with examples; none where all are well.

    Raises
    ------
    LayerError
        It is more than half of the texts with letters beyond ASCII: the file is garbled as a whole.
    """
    beyond: list[str] = []
    for column in frame.columns:
        values = frame[column]
        if column != "geometry" and (values.dtype == object or pd.api.types.is_string_dtype(values.dtype)):
            beyond += [value for value in values if isinstance(value, str) and not value.isascii()]
    wrong = [value for value in beyond if is_noise(value) or twice_encoded(value)]
    if len(wrong) >= _LEAST and len(wrong) > _MOST_SHARE * len(beyond):
        raise LayerError(
            f"{what}: {len(wrong)} of its {len(beyond)} texts beyond ASCII are noise ({some(wrong)}): they were read "
            "in a "
            "wrong encoding before the file was saved, and names cannot be told any more; ask for it once more from "
            "the source, in UTF-8"
        )
    return (Caveat("text_garbled", role, len(wrong), "names", examples(wrong)),) if wrong else ()
