"""In which encoding a file's text is written, and whether it came out as text."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd

from layers.types import Origin
from spatial.errors import LayerError


def check_text(features: gpd.GeoDataFrame, origin: Origin, info: dict[str, Any], what: str) -> None:
    """A shapefile that does not name its encoding is read as Latin-1, and Chinese comes out as noise without error."""
    if origin.encoding is not None or origin.path.suffix.lower() != ".shp" or info["encoding"] != "ISO-8859-1":
        return
    texts = features.select_dtypes(include=["object", "str"])
    high = re.compile("[\x80-\xff]+")
    runs = [
        run
        for column in texts.columns
        for value in texts[column].dropna()
        if isinstance(value, str)
        for run in high.findall(value)
    ]
    paired = sum(len(run) for run in runs if len(run) % 2 == 0 and _is_gb(run))
    if runs and paired > 0.9 * sum(map(len, runs)):
        raise LayerError(
            f"{what}: its text is probably Chinese in GB encoding, and names would come out as noise; declare "
            'encoding = "gb18030"'
        )


def _is_gb(run: str) -> bool:
    try:
        run.encode("latin-1").decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True
