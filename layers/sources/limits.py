"""How large an input may be: declared limits, so that a hostile or mistaken file ends in one clear error.

All are far above what a city's layer holds (Las Palmas: 275 sections, 22,600 buildings); a national layer
passes too, where only the study's window of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from spatial.errors import LayerError


@dataclass(frozen=True)
class Limits:
    """What one file may ask of the machine."""

    rows_read: int = 50_000_000
    """Rows that are looked at."""
    rows_kept: int = 3_000_000
    """Rows that match the filter and lie near the study."""
    vertices_kept: int = 60_000_000
    shape_depth: int = 32
    """Levels of collections within collections; as GDAL has it."""
    columns: int = 2_000
    cells: int = 200_000_000
    """Cells of a spreadsheet, empty ones too."""
    text_characters: int = 10_000
    """Of one value; the rest is cut and counted."""
    line_bytes: int = 8_000_000
    """Of one line of a text file."""
    inflated_bytes: int = 4 * 1024**3
    """What an archive declares that it holds."""
    inflated_ratio: int = 400
    """How many times larger than the archive that may be, beyond `free_bytes`."""
    free_bytes: int = 64 * 1024**2
    """An archive that holds no more than this may be packed as tightly as it likes."""
    members: int = 10_000
    """Files in an archive."""
    xml_depth: int = 200
    xml_elements: int = 20_000_000


LIMITS = Limits()


def check_rows(rows: int, limit: int, verb: str, what: str) -> None:
    """Stop before a layer fills the memory.

    Raises
    ------
    LayerError
        `rows` is beyond `limit`.
    """
    if rows > limit:
        raise LayerError(
            f"{what}: more than {limit:,} rows would be {verb}, which is more than a city's layer holds and would "
            "fill the memory; cut the file to the study's surroundings, or keep fewer rows with a filter"
        )
