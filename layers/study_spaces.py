"""Public space in a study file: municipal inventories, and what differs from the packaged rules."""

from __future__ import annotations

from pathlib import Path

from layers.inventory_status import status_key
from layers.origins import Origin
from layers.space_rule_checks import check_space_rules
from layers.study_origin import FILE_KEYS, ORIGIN_KEYS, file_origin, layer_origin, refuse
from layers.study_table import Table, unchecked_tables
from layers.tag_rules import space_classes
from layers.types import INVENTORY_MODES, InventoryRole, SpaceRules

INVENTORY_KEYS = (
    "id", "mode", "class", "class_column", "classes", "key", "name", "sites", "sites_column", "planned", "built",
    "coverage", *ORIGIN_KEYS,
)  # fmt: skip
SPACE_RULES_KEYS = ("without", "min_width_m", "rule")
OSM_WORDS = ("osm", "node", "way", "relation")
SITES = ("built", "planned")
_WIDEST_M = 100.0


def inventory_role(table: Table, folder: Path) -> InventoryRole | None:
    """``[[public_space]]``: a municipal inventory."""
    origin, coverage = layer_origin(table, folder), _coverage(table, folder)
    mode = table.choice("mode", INVENTORY_MODES)
    if mode == "replace" and not table.has("coverage"):
        table.fault(
            'has mode = "replace" but no coverage: where is the inventory complete? write [public_space.coverage] with '
            "the path to a polygon"
        )
    space_class, class_column, classes = _classes(table)
    sites, sites_column, planned, built = _sites(table)
    inventory_id = table.identifier("id")
    if inventory_id in OSM_WORDS:
        table.fault(f"id = {inventory_id!r} is how spaces of OpenStreetMap are named; choose another")
    key, name = table.text("key"), table.text("name")
    if origin is None:
        return None
    return InventoryRole(
        inventory_id, origin, mode, space_class, class_column, classes, key or "", name or "", sites, sites_column,
        planned, built, coverage,
    )  # fmt: skip


def _coverage(table: Table, folder: Path) -> Origin | None:
    below = table.table("coverage", FILE_KEYS)
    return None if below is None else file_origin(below, folder)


def _classes(table: Table) -> tuple[str, str, dict[str, str]]:
    """The one class of all sites, or the column that tells it and what its values mean."""
    if table.has("class") == table.has("class_column"):
        table.fault(
            'must have either class, such as class = "park", or class_column with [public_space.classes] below it'
        )
        return "", "", {}
    if table.has("class"):
        refuse(table, ("classes",), "all sites are of the one class", also="class")
        return table.choice("class", space_classes()), "", {}
    column, classes = table.text("class_column") or "", {}
    for value, space_class in table.mapping("classes").items():
        if space_class in space_classes():
            classes[value] = str(space_class)
        else:
            table.fault(f"classes: {value[:60]!r} must be one of {', '.join(space_classes())}")
    if not table.mapping("classes"):
        table.fault("has class_column but no classes: write [public_space.classes] with value = class, once for each")
    return "", column, classes


def _sites(table: Table) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Whether sites are built, or the column that tells it and which of its values mean planned, which built."""
    if table.has("sites") == table.has("sites_column"):
        table.fault(
            'must have either sites = "built" or "planned", or sites_column with planned = [...] and built = [...], '
            "its values that mean each: what is not built yet is no supply"
        )
        return "", "", (), ()
    if table.has("sites"):
        refuse(table, ("planned", "built"), "all sites are alike", also="sites")
        return table.choice("sites", SITES), "", (), ()
    planned, built = table.texts("planned"), table.texts("built")
    both = {status_key(value) for value in planned} & {status_key(value) for value in built}
    if both:
        table.fault(f"names {', '.join(repr(value[:60]) for value in sorted(both)[:3])} under planned and under built")
    return "", table.text("sites_column") or "", planned, built


def space_rules(table: Table | None) -> SpaceRules:
    """``[public_space_rules]``: packaged rules that do not hold, rules of the study's own, and the least width."""
    if table is None:
        return SpaceRules()
    without = table.texts("without") if table.has("without") else ()
    changes = SpaceRules(without, tuple(unchecked_tables(table, "rule")), table.number("min_width_m", 0, _WIDEST_M))
    for fault in check_space_rules(changes):
        table.fault(fault)
    return changes
