"""The hazards of a study file: ``[[hazard]]``, as polygons, bands, circles, rasters, or derived from heights."""

from __future__ import annotations

from pathlib import Path

from layers.hazard_scales import NEVER_NEGATIVE, NO_HAZARD, UNITS, HazardScale, fitting, packaged_bands, written
from layers.origins import AnyOrigin, Origin
from layers.screening import screening_title
from layers.sources.raster import is_raster
from layers.study_bands import refuse_reserved, rising
from layers.study_origin import DATABASE, ORIGIN_KEYS, layer_origin, refuse
from layers.study_roles import LANGUAGES
from layers.study_screening import SCREENING_KEYS, refuse_without_elevation, screening
from layers.study_table import NAME_FORM, Table
from layers.types import HAZARD_KINDS, HazardRole

HAZARD_STATUSES = ("official", "modelled", "derived")
_STRENGTH_KEYS = ("unit", "scale", "bands", "intensity_column", "class_column", "classes", "closes_at")
_WIDTH_KEYS = ("band_width_m", "radius_m")
HAZARD_KEYS = (
    "id", "kind", "status", "title", "return_period_yr", "scenario", "name", "closes",
    *_STRENGTH_KEYS, *_WIDTH_KEYS, *SCREENING_KEYS, *ORIGIN_KEYS,
)  # fmt: skip
_OF_ROWS = ("name", "filter", "layer", "encoding", "datum", "x", "y", "wkt", "intensity_column", "class_column")
_WIDEST_M = 20_000
_UNITS_MEANT = {
    spelled: unit
    for unit, spellings in {
        "m": "meter meters metre metres 米",
        "cm": "centimeter centimeters centimetre centimetres 厘米",
        "mm": "millimeter millimeters millimetre millimetres 毫米",
        "degC": "c °c ℃ celsius degc 摄氏度",
        "deg": "° degree degrees 度",
    }.items()
    for spelled in spellings.split()
}
"""What people write -> what a study writes."""
_RESERVED = frozenset({"any", "combined", "none", "study"})
"""Names that stand for something else where tables name a layer or a scenario."""


def hazard_role(table: Table, folder: Path, *, elevation: bool) -> HazardRole | None:
    """``[[hazard]]``: a layer of a file or database, or what is derived from the study's elevation model."""
    status = table.choice("status", HAZARD_STATUSES)
    kind = table.choice("kind", HAZARD_KINDS)
    derived = table.data.get("source") not in (None, DATABASE)
    if derived:
        origin, (asked, scale) = None, screening(table, status, elevation=elevation)
    else:
        refuse_without_elevation(table)
        origin, asked = layer_origin(table, folder, note=False), None
        scale = _scale(table, kind, origin)
    title = table.by_language("title", LANGUAGES)
    hazard_id = table.identifier("id")
    if hazard_id in _RESERVED:
        table.fault(f"id = {hazard_id!r} stands for something else in the tables of results; choose another name")
    return HazardRole(
        id=hazard_id,
        kind=kind,
        status=status,
        # Never nameless: a row without a title could not be told from another.
        title=(title or {"en": hazard_id}) if asked is None else screening_title(title, asked, scale),
        note=table.by_language("note", LANGUAGES),
        origin=origin,
        screening=asked,
        return_period_yr=table.number("return_period_yr", 1, 100_000),
        name_column=table.text("name"),
        scenario=table.text("scenario") or "",
        scale=scale,
        closes=table.flag("closes"),
        band_width_m=table.number("band_width_m", 0.1, _WIDEST_M),
        radius_m=table.number("radius_m", 0.1, _WIDEST_M),
    )


def _scale(table: Table, kind: str, origin: AnyOrigin | None) -> HazardScale:
    """How strong the hazard is, as far as the layer says so."""
    names = table.data.get("path")  # what it is called tells, also where there is no such file
    name = names[0] if isinstance(names, list) and names else names
    raster = isinstance(name, str) and is_raster(Path(name))
    if raster:
        refuse(table, (*_OF_ROWS, *_WIDTH_KEYS), "these speak of rows with shapes", also="a raster")
        if isinstance(origin, Origin) and origin.more:
            table.fault("names several rasters; name one, or unite them (gdalbuildvrt) into a .vrt beside them")
        if table.has("unit") and table.has("classes"):
            table.fault(
                "has both unit and [hazard.classes]: its numbers are either intensities or codes of classes; keep one "
                "(classes of intensities are written in [hazard.bands])"
            )
        elif not table.has("unit") and not table.has("classes"):
            table.fault(
                f"must say either the unit of its numbers ({', '.join(UNITS)}), or in [hazard.classes] what each "
                "number means: the raster says neither"
            )
    else:
        _check_rows(table)
    classes = _classes(table, numbers=raster)
    if not table.has("unit"):
        refuse_without_unit = [key for key in ("scale", "bands", "closes_at") if table.has(key)]
        for key in refuse_without_unit:
            table.fault(
                f"has {key} without unit: it speaks of an intensity, so write what the numbers count, such as unit = "
                '"m"; a layer without intensity closes ways with closes = true'
            )
        return HazardScale(class_column=table.text("class_column") or "", classes=classes)
    return _intensity(table, kind)


def _check_rows(table: Table) -> None:
    if table.has("unit") != table.has("intensity_column"):
        has, lacks = ("unit", "intensity_column") if table.has("unit") else ("intensity_column", "unit")
        table.fault(f"has {has} without {lacks}: the column that holds the intensity, and what its numbers count")
    if table.has("class_column") != table.has("classes"):
        has, lacks = ("class_column", "[hazard.classes]") if table.has("class_column") else ("classes", "class_column")
        table.fault(f"has {has} without {lacks}: the column with the class of each row, and what its values mean")
    if table.has("class_column") and table.has("intensity_column"):
        table.fault("has both class_column and intensity_column; classes are worked out from an intensity: keep one")


def _classes(table: Table, *, numbers: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, name in table.mapping("classes").items():
        if not isinstance(name, str) or not NAME_FORM.fullmatch(name):
            table.fault(
                f'classes: {value[:60]!r} must mean a class of small letters, digits and underscores, such as "high"'
            )
        elif numbers and not _is_number(value):
            table.fault(f"classes: {value[:60]!r} is no number, and the cells of a raster hold numbers")
        else:
            if written(value) in found:
                table.fault(f"classes names one value twice, such as 1 and 1.0 ({value[:60]!r}); write each once")
            found[written(value)] = name
    if numbers and len({float(value) for value in found}) < len(found):
        table.fault("classes names one value twice, such as 10 and 1e1; write each once")
    refuse_reserved(table, "classes", [name for name in found.values() if name != NO_HAZARD])
    if found and set(found.values()) == {NO_HAZARD}:
        table.fault('classes names no class of the hazard; write which values stand for one, such as "1" = "low"')
    if table.has("classes") and not found and not table.mapping("classes"):
        table.fault('classes is empty; write what the values mean, such as "1" = "low"')
    return found


def _intensity(table: Table, kind: str) -> HazardScale:
    meant = _UNITS_MEANT.get(str(table.data["unit"]).strip().lower())
    if meant and table.data["unit"] not in UNITS:
        table.fault(f'unit = {table.data["unit"]!r}: write unit = "{meant}", the short name')
        return HazardScale()
    name = table.choice("unit", tuple(UNITS))
    if not name:
        return HazardScale()
    unit, factor = UNITS[name]
    closes_at = table.number("closes_at", 0 if unit in NEVER_NEGATIVE else -100, 100_000)
    if table.flag("closes"):
        table.fault(
            "has closes = true beside an intensity, which says where ways close: write closes_at, or leave both out "
            "for that of the scale of classes"
        )
    column = table.text("intensity_column") or ""
    own = rising(table, unit, factor)
    if own or table.has("bands"):
        refuse(table, ("scale",), "classes come from one of them", also="bands")
        return HazardScale(unit, factor, own, "", column, closes_at=None if closes_at is None else closes_at * factor)
    scale = _packaged(table, kind, unit)
    bands = packaged_bands()[scale] if scale else None
    default = None if bands is None else bands.closes_at
    return HazardScale(
        unit, factor, {} if bands is None else bands.bands, scale, column,
        closes_at=default if closes_at is None else closes_at * factor,
    )  # fmt: skip


def _packaged(table: Table, kind: str, unit: str) -> str:
    """The packaged scale of classes that is meant; empty after a fault."""
    fit = fitting(kind, unit) if kind else ()
    if table.has("scale"):
        name = table.choice("scale", tuple(packaged_bands()))
        if name and kind and name not in fit:
            meant = packaged_bands()[name]
            table.fault(
                f"scale = {name!r} is for {', '.join(meant.kinds)} in {meant.unit}, not for {kind} in "
                f"{table.data['unit']}; write [hazard.bands] of your own"
            )
            return ""
        return name
    if kind and len(fit) != 1:
        several = f"several scales of classes fit: write scale = one of {', '.join(fit)}"
        table.fault(
            (several if fit else f"no packaged scale has classes of {kind} in {unit}")
            + "; or [hazard.bands] with the least intensity of each class"
        )
        return ""
    return fit[0] if fit else ""


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9
    except ValueError:
        return False
