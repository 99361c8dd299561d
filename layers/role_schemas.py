"""What each role asks of its layer: the declared schemas."""

from __future__ import annotations

from collections.abc import Collection

from layers.refuge_roles import RefugeRole
from layers.schemas import LINES, POINTS, POLYGONS, Column, Schema
from layers.types import HazardRole, IndicatorRole, InventoryRole, ResidentsRole, UnitsRole

_BY_HAND = "correct them in the file, or leave them out with a filter"


def units_schema(role: UnitsRole) -> Schema:
    """Communities, or a level of parents: polygons with an id that stands once."""
    columns = [Column(role.id_column, "id", nullable=False, unique=True, if_twice="dissolve the parts of a unit")]
    if role.name_column and role.name_column != role.id_column:
        columns.append(Column(role.name_column))
    return Schema(
        layer="communities" if role.level == "community" else f"parents.{role.level}",
        columns=tuple(columns),
        geometry=POLYGONS,
        why=f"Nothing can be counted by such units: {_BY_HAND}",
    )


_REACH = {"band_width_m of lines": LINES, "radius_m of points": POINTS}


def hazard_schema(role: HazardRole, kinds: Collection[str] = ()) -> Schema:
    """A hazard: polygons, and lines or points where the study says how far they reach, perhaps with a strength.

    Parameters
    ----------
    role
    kinds
        Of the shapes that are there: only what fits them is advised.
    """
    columns = [Column(name) for name in dict.fromkeys((role.name_column, role.scale.class_column)) if name]
    if role.scale.column:
        columns.append(Column(role.scale.column, "number", if_wrong="leave a cell empty where the value is unknown"))
    lines, points = LINES if role.band_width_m else (), POINTS if role.radius_m else ()
    left = [text for text, ours in _REACH.items() if set(ours) & (set(kinds) - {*lines, *points})] or list(_REACH)
    return Schema(
        layer=f"hazard.{role.id}",
        columns=tuple(columns),
        geometry=(*POLYGONS, *lines, *points),
        if_shape=f"nobody can lie inside them: say {' or '.join(left)}, and why in the note",
        if_empty="a part of the hazard may be missing: correct the file",
        why="Who is exposed could not be told right",
    )


def residents_schema(role: ResidentsRole) -> Schema:
    """Residents: counts by community where the role has a join column, else on the ground."""
    population = _people(role.population_column)
    groups = tuple(
        _people(column, role.population_column) for column in role.groups.values() if column != population.name
    )
    key = Column(
        role.join_column, "id", nullable=False, unique=True, if_twice="keep one year with a filter, or add the rows up"
    )
    return Schema(
        layer="residents",
        columns=(*((key,) if role.join_column else ()), population, *groups),
        geometry=() if role.join_column else (*POINTS, *POLYGONS),
        if_shape="residents live at points or in polygons",
        rows="rows",
        why="Counts of residents must be right before anything is weighed by them",
    )


def inventory_schema(role: InventoryRole) -> Schema:
    """A municipal inventory of public space: sites as polygons or points.

    Whether a class is known is not asked here: sites of other classes are left out, and counted.
    """
    columns = []
    if role.id_column:
        columns.append(
            Column(role.id_column, "id", nullable=False, unique=True, if_twice="give every site an id of its own")
        )
    for name in (role.name_column, role.class_column, role.sites_column):
        if name and name not in [column.name for column in columns]:
            columns.append(Column(name))
    return Schema(
        layer=f"public_space.{role.id}",
        columns=tuple(columns),
        geometry=(*POLYGONS, *POINTS),
        if_shape=f"a site is an area or a point: {_BY_HAND}",
        if_empty=f"a site without a place cannot be reached: {_BY_HAND}",
        rows="sites",
        why="Supply could not be told right",
    )


def indicator_schema(role: IndicatorRole) -> Schema:
    """Figures that a study supplies itself: a row a community."""
    columns = [
        Column(
            role.join_column, "id", nullable=False, unique=True,
            if_twice="keep one year or question with a filter, so that each community has one value",
        ),
        Column(role.value_column, "number", if_wrong="leave a cell empty where the value is unknown"),
    ]  # fmt: skip
    if role.answers_column:
        columns.append(
            Column(
                role.answers_column, "number", low=0, if_wrong="leave a cell empty where nobody knows how many answered"
            )
        )
    return Schema(
        layer=f"indicator.{role.id}",
        columns=tuple(columns),
        rows="rows",
        why="No community can be scored by such figures",
    )


def refuge_schema(role: RefugeRole) -> Schema:
    """A municipal list of refuges: polygons or points, perhaps with how many people each takes in."""
    columns = []
    if role.id_column:
        columns.append(
            Column(role.id_column, "id", nullable=False, unique=True, if_twice="give every refuge an id of its own")
        )
    if role.name_column and role.name_column != role.id_column:
        columns.append(Column(role.name_column))
    unknown = "leave a cell empty where it is unknown"
    amounts = dict.fromkeys(c for c in (role.capacity_column, role.area_column) if c)
    columns.extend(Column(name, "number", low=0, if_wrong=unknown, if_low=unknown) for name in amounts)
    return Schema(
        layer=f"refuge.{role.id}",
        columns=tuple(columns),
        geometry=(*POLYGONS, *POINTS),
        if_shape=f"a refuge is an area or a point: {_BY_HAND}",
        if_empty=f"a refuge without a place cannot be reached: {_BY_HAND}",
        rows="refuges",
        why="Who finds a place could not be told right",
    )


def area_schema(layer: str) -> Schema:
    """An area that other layers are measured by, such as where an extract or an inventory is complete."""
    return Schema(layer=layer, geometry=POLYGONS, why="It must be polygons only: draw the area")


def _people(column: str, whole: str = "") -> Column:
    return Column(
        column,
        "number",
        low=0,
        at_most=whole,
        at_most_words="the population",
        if_wrong="leave a cell empty where the count is unknown",
        if_low="if that marks missing counts, leave them empty",
        if_over="groups are counts, not shares",
    )
