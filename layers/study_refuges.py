"""Refuges in a study file: municipal lists, and whether open spaces that could serve are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from layers.refuge_roles import REFUGE_GRADES, RefugeRole, RefugeRules
from layers.refuge_rules import DEFAULT_TIER, packaged_refuge_rules
from layers.study_origin import ORIGIN_KEYS, layer_origin
from layers.study_spaces import SITES
from layers.study_table import Table, tables

REFUGE_KEYS = ("id", "grade", "sites", "key", "name", "capacity", "effective_area", *ORIGIN_KEYS)
REFUGE_RULES_KEYS = ("candidates", "tier", "usable_share")


def refuge_roles(top: Table, folder: Path) -> tuple[RefugeRole, ...]:
    """Every ``[[refuge]]`` of a study; each list has an id of its own and holds refuges of one grade."""
    found = [_refuge_role(table, folder) for table in tables(top, "refuge", REFUGE_KEYS)]
    ids = [role.id for role in found if role is not None and role.id]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        top.faults.append(f"[[refuge]] id = {name!r} stands twice; each needs its own")
    return tuple(role for role in found if role is not None)


def _refuge_role(table: Table, folder: Path) -> RefugeRole | None:
    origin = layer_origin(table, folder)
    refuge_id, grade = table.identifier("id"), table.choice("grade", REFUGE_GRADES)
    sites = table.choice("sites", SITES)
    key, name = table.text("key"), table.text("name")
    capacity, area = table.text("capacity"), table.text("effective_area")
    if capacity is not None and capacity == area:
        table.fault("names one column as capacity and as effective_area: one holds persons, the other square metres")
    if origin is None:
        return None
    return RefugeRole(refuge_id, origin, grade, sites, key or "", name or "", capacity or "", area or "")


def refuge_rules(top: Table, lists: Sequence[RefugeRole]) -> RefugeRules:
    """``[refuge_rules]``: whether candidates are looked for, by whose numbers, and what of their ground can be used."""
    table = top.table("refuge_rules", REFUGE_RULES_KEYS)
    if table is None:
        return RefugeRules()
    rules = RefugeRules(table.flag("candidates"), _tier(table), _shares(table))
    if not rules.candidates and not lists and not table.has("candidates"):
        table.fault(
            "stands without any [[refuge]], and does not ask for candidates, so there is nothing it could hold for; "
            "write candidates = true, or name a list"
        )
    return rules


def _tier(table: Table) -> str:
    if not table.has("tier"):
        return DEFAULT_TIER
    return table.choice("tier", tuple(packaged_refuge_rules().tiers)) or DEFAULT_TIER


def _shares(table: Table) -> dict[str, float]:
    """Class -> share, instead of the packaged ones."""
    shares: dict[str, float] = {}
    known = packaged_refuge_rules().grounds
    for space_class, share in table.mapping("usable_share").items():
        number = isinstance(share, int | float) and not isinstance(share, bool)
        if space_class not in known:
            table.fault(f"usable_share: {space_class[:60]!r} must be one of {', '.join(known)}")
        elif not number or not 0 <= share <= 1:
            table.fault(f"usable_share: {space_class} must be a share from 0 to 1, not {str(share)[:40]!r}")
        else:
            shares[space_class] = float(share)
    return shares
