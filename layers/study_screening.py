"""``[[hazard]]`` with ``source = "elevation"``: what is derived from the study's elevation model, for screening."""

from __future__ import annotations

from layers.hazard_scales import NO_HAZARD, HazardScale, packaged_bands
from layers.screening_role import DEPRESSION, DERIVED, HEIGHT, LOW, MAPPED, MODEL, NEAR_DRAINAGE, SLOPE, Screening
from layers.study_bands import falling, rising
from layers.study_origin import DATABASE, OF_A_PLACE, refuse
from layers.study_table import Table
from layers.tag_rules import rule_file

_OF_SLOPE = ("min_slope_deg", "bands")
_OF_DRAINAGE = ("drainage", "drainage_area_km2")
_OF_LOW = ("max_height_m", "min_depth_m")
SCREENING_KEYS = ("derive", "min_slope_deg", "below_m", *_OF_DRAINAGE, *_OF_LOW)
_FITTING = {SLOPE: _OF_SLOPE, HEIGHT: ("below_m", *_OF_DRAINAGE), LOW: (*_OF_LOW, *_OF_DRAINAGE)}
_OF_LAYERS = (
    "name", "filter", "closes", "closes_at", "unit", "scale", "intensity_column", "class_column", "classes",
    "band_width_m", "radius_m", "return_period_yr", "scenario", *OF_A_PLACE,
)  # fmt: skip
_DEEPEST_M = 1000


def screening(table: Table, status: str, *, elevation: bool) -> tuple[Screening | None, HazardScale]:
    """What the table asks to derive, and the classes of it; None after a fault."""
    table.choice("source", ("elevation", DATABASE))
    if not elevation:
        table.fault('has source = "elevation", but the study has no [elevation]')
    if status not in ("derived", ""):
        table.fault(f"has status = {status!r}, but what is worked out from the elevation model is derived")
    refuse(
        table, _OF_LAYERS,
        "what is worked out from the elevation model is for screening: it is no event, and closes nothing",
    )  # fmt: skip
    if not table.has("derive") and not table.has("min_slope_deg"):
        table.fault(f'has source = "elevation" without derive, which says what to make of it: {", ".join(DERIVED)}')
        return None, HazardScale()
    derive = table.choice("derive", DERIVED, required=False) if table.has("derive") else SLOPE
    if not derive:
        return None, HazardScale()
    others = sorted({key for keys in _FITTING.values() for key in keys} - set(_FITTING[derive]))
    refuse(table, others, f"it is no part of {derive}, which takes {', '.join(_FITTING[derive])}", also="derive")
    if derive == SLOPE:
        return Screening(SLOPE), _slope(table)
    return _drained(table, derive)


def refuse_without_elevation(table: Table) -> None:
    """Note each key of screening in a layer that is not derived from the elevation model."""
    for key in SCREENING_KEYS:
        if table.has(key):
            table.fault(f'has {key} without source = "elevation"')


def _slope(table: Table) -> HazardScale:
    """Classes of slope: one from a least slope on, the study's own, or the packaged ones."""
    least = table.number("min_slope_deg", 0.1, 89.9)
    own = rising(table, "deg", 1.0)
    if table.has("min_slope_deg"):
        refuse(table, ("bands",), "classes come from one of them", also="min_slope_deg")
        return HazardScale("deg", bands={} if least is None else {"steep": least})
    if any(not 0 < level < 90 for level in own.values()):
        table.fault("bands must lie between 0 and 90 degrees, such as steep = 15")
        return HazardScale("deg")
    name = str(rule_file("terrain")[SLOPE]["table"])
    return HazardScale("deg", bands=own) if own else HazardScale("deg", bands=packaged_bands()[name].bands, table=name)


def _drained(table: Table, derive: str) -> tuple[Screening, HazardScale]:
    """Classes by height above the nearest drainage."""
    packaged = rule_file("terrain")[derive]
    drainage = table.choice("drainage", (MODEL, MAPPED), required=False) or packaged["drainage"]
    area_km2 = table.number("drainage_area_km2", 0.001, 100_000)
    if drainage == MAPPED:
        refuse(
            table, ("drainage_area_km2",), "mapped rivers are drainage whatever runs through them",
            also='drainage = "mapped"',
        )  # fmt: skip
        area_km2 = 0.0
    elif area_km2 is None:
        area_km2 = packaged["drainage_area_km2"]
    if derive == HEIGHT:
        below_m = falling(table) or dict(packaged["below_m"])
        return Screening(HEIGHT, drainage, area_km2, below_m), _places(*below_m)
    height_m = table.number("max_height_m", 0.1, _DEEPEST_M) or packaged["max_height_m"]
    depth_m = table.number("min_depth_m", 0.1, _DEEPEST_M) or packaged["min_depth_m"]
    return (
        Screening(LOW, drainage, area_km2, {NEAR_DRAINAGE: height_m}, depth_m),
        _places(NEAR_DRAINAGE, DEPRESSION),
    )


def _places(*names: str) -> HazardScale:
    """Cells hold the place of their class, from 1, the weakest; 0 is none."""
    return HazardScale(classes={str(place): name for place, name in enumerate((NO_HAZARD, *names))})
