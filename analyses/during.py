"""What remains of a scene while a hazard lasts: the same streets, spaces and ways in, without those it closes.

What remains is a scene again, so every rule is measured in it by the very code that measures it on other days.
Nothing is looked for anew: whoever stands before a closed street is not led to another one. So a larger hazard
never brings anything nearer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.access import Walking, by_walk, prepare_walking
from analyses.euclidean import straight_to_each
from analyses.exposed_streets import streets
from analyses.exposure import covered_share
from analyses.measure import Scene
from analyses.profile import Supply
from analyses.shelters_during import shelters_left
from analyses.supply import Places, merge_places, supply_key
from analyses.walking import PLAIN, Mode
from layers.closing import manner
from layers.slivers import wide_places
from layers.space_rules import space_rules
from spatial.closed_ground import lines_inside, pieces_entered, points_inside
from spatial.closing import ClosedParts, Manner, Remaining, closed_parts, together, without
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

_NOTHING_M2 = 1e-6
"""What rounding leaves of an area."""


@dataclass(frozen=True)
class Footprint:
    """Ground that hazards of one kind close."""

    kind: str
    """One of `layers.types.HAZARD_KINDS`."""
    polygons: NDArray[np.object_]
    """In the study's CRS; may overlap."""
    unknown: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    """Ground of which nobody says whether it is closed."""
    bridges_as_ground: bool = False
    """Whether bridges close as the ground below them does where they would stay open."""

    @property
    def manner(self) -> Manner:
        """How it closes ways that do not follow the ground."""
        usual = manner(self.kind)
        over = self.bridges_as_ground and usual.bridge == "open"
        return replace(usual, bridge="part") if over else usual


@dataclass(frozen=True)
class Spaces:
    """What lies outside of a footprint."""

    frame: gpd.GeoDataFrame
    """Columns of `Layers.spaces`, one row a piece: a space that the footprint touches has a row for each piece that
    is left of it and wide enough to be a place, under its id; others are as they were."""
    of: NDArray[np.int64]
    """For each row the position of the space that it is a piece of."""
    left_m2: NDArray[np.float64]
    """By space: its area outside; NaN for points."""
    touched: NDArray[np.bool_]
    """By space: whether any of it lies inside the footprint; to share a border is not to lie inside."""

    @property
    def gone(self) -> NDArray[np.bool_]:
        """By space: whether nothing is left of it; a point is gone where it lies inside."""
        gone: NDArray[np.bool_] = np.where(np.isnan(self.left_m2), self.touched, self.left_m2 <= _NOTHING_M2)
        return gone

    def smaller(self, before: gpd.GeoDataFrame) -> NDArray[np.bool_]:
        """By space: whether less of it is left than there was; of a point, whether it is gone."""
        lost_m2 = shapely.area(before.geometry.to_numpy()) - self.left_m2
        smaller: NDArray[np.bool_] = np.where(np.isnan(self.left_m2), self.touched, lost_m2 > _NOTHING_M2)
        return smaller


@dataclass(frozen=True)
class During:
    """A scene while a hazard lasts."""

    scene: Scene
    """As it remains; positions of spaces are those of `spaces`, others are as they were."""
    spaces: Spaces
    inside: NDArray[np.float64]
    """Share of each home inside the footprint (0-1): who lives there is cut off, and needs refuge."""
    unsaid: NDArray[np.float64]
    """Share of each home of which the hazard layer does not say whether it lies inside (0-1)."""
    closed: ClosedParts
    """Of the edges of the whole network."""
    open_entrance: NDArray[np.bool_]
    """By entrance."""
    ground: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    """What closes ways and cuts homes off: polygons that may overlap."""

    @property
    def closed_streets(self) -> ClosedParts:
        """What is closed, without the lines across squares: there are many to each, and nobody laid them out."""
        # The first edges of what remains are those of the whole network, in their order.
        street = np.isin(self.closed.edge, streets(self.scene.layers.network))
        return ClosedParts(self.closed.edge[street], self.closed.from_m[street], self.closed.to_m[street])


def during(
    scene: Scene, footprints: Sequence[Footprint], supplies: Collection[Supply], avoided: Sequence[Footprint] = ()
) -> During:
    """The scene without what some hazards close.

    Parameters
    ----------
    scene : Scene
    footprints : sequence of Footprint
    supplies : collection of Supply
        Of the rules that are to be measured; searches are made for these alone.
    avoided : sequence of Footprint
        Outside of which spaces have to lie too, while streets stay open in it and nobody is cut off.

    Returns
    -------
    During
        Streets close by part, bridges, tunnels and fords by `layers.closing`. An entrance closes where it, the place
        at which it meets its space, its leg to the street, or the street there is inside. Of a space the part outside
        remains; a place that counted before counts if the minimum area and width hold of what is left of it. A home
        outside is out of reach where its street, or the ground between it and the street, is closed. Ground of which
        nobody says whether it is closed is walked on; whether who lives there is cut off stays unknown.
    """
    ground, unknown = (_all_of([getattr(f, name) for f in footprints]) for name in ("polygons", "unknown"))
    network = scene.layers.network
    closed = together([closed_parts(network, f.polygons, f.manner) for f in footprints])
    kept_out = _all_of([ground, *(f.polygons for f in avoided)])
    spaces = spaces_outside(scene.layers.spaces, kept_out, scene)
    piece = _pieces_entered(scene, spaces, kept_out)
    modes = _modes(scene, closed, ground, piece, len(spaces.of))
    walking = modes[PLAIN]
    places = {
        supply_key(s): places_outside(scene.places_of(s), spaces, s) for s in supplies if supply_key(s) in scene.places
    }
    left = replace(
        scene,
        layers=replace(scene.layers, spaces=spaces.frame, network=walking.graph.network),
        walking=walking,
        ways=replace(scene.ways, by_mode=modes),
        places=places,
        walks={key: by_walk(walking, p) for key, p in places.items()},
        other_walks={(m, key): by_walk(modes[m], places[key]) for m, key in scene.other_walks if key in places},
        straights=straight_to_each(
            spaces.frame, [places[key] for key in scene.straights if key in places], scene.demand.point,
            scene.layers.coverage, limit_m=walking.limit,
        ),
        shelters=shelters_left(scene, modes, closed, ground, across),
    )  # fmt: skip
    open_ = walking.entrances.attachment.edge >= 0
    inside = covered_share(scene.demand.home, ground)
    unsaid = (
        covered_share(scene.demand.home, np.concatenate([ground, unknown])) - inside if len(unknown) else inside * 0
    )
    return During(left, spaces, inside, np.maximum(unsaid, 0.0), closed, open_, ground)


def _all_of(polygons: Sequence[NDArray[np.object_]]) -> NDArray[np.object_]:
    return np.concatenate([np.zeros(0, dtype=object), *polygons])


def spaces_outside(spaces: gpd.GeoDataFrame, ground: NDArray[np.object_], scene: Scene) -> Spaces:
    """What lies outside of the ground, piece by piece; a piece too narrow for its class is no place.

    The least width of a class is that of the packaged rules, or the study's own.
    """
    shapes = spaces.geometry.to_numpy()
    hit, _ = STRtree(ground).query(shapes, predicate="intersects")
    touched = np.zeros(len(shapes), dtype=bool)
    touched[hit] = True
    areal = shapely.get_dimensions(shapes) == 2
    touched[~areal] = points_inside(shapes[~areal], ground)
    cut, whole_m2 = np.flatnonzero(touched), np.where(areal, shapely.area(shapes), np.nan)
    wet = shapely.union_all(ground)
    rest = np.array([shapely.difference(shapes[i], wet) if areal[i] else shapely.Point() for i in cut], dtype=object)
    beside = areal[cut] & (whole_m2[cut] - shapely.area(rest) <= _NOTHING_M2)
    touched[cut[beside]] = False
    cut, rest, left_m2 = cut[~beside], rest[~beside], whole_m2
    left_m2[cut] = np.where(areal[cut], shapely.area(rest), np.nan)
    pieces, of = shapely.get_parts(rest, return_index=True)
    there = shapely.area(pieces) > 0
    whole = np.flatnonzero(~touched)
    rows, geometry = np.concatenate([whole, cut[of[there]]]), np.concatenate([shapes[whole], pieces[there]])
    kept = ~touched[rows] | _wide_enough(geometry, spaces["space_class"].to_numpy()[rows], scene)
    rows, geometry = rows[kept], geometry[kept]
    order = np.argsort(rows, kind="stable")
    rows, geometry = rows[order], geometry[order]
    frame = spaces.iloc[rows].set_geometry(gpd.GeoSeries(geometry, index=spaces.index[rows], crs=spaces.crs))
    frame["area_m2"] = np.where(touched[rows], shapely.area(geometry), frame["area_m2"])
    return Spaces(frame, rows.astype(np.int64), left_m2, touched)


def _wide_enough(shapes: NDArray[np.object_], space_class: NDArray[np.object_], scene: Scene) -> NDArray[np.bool_]:
    """Whether polygons, or the places that they make with those they touch, are as wide as their class has to be."""
    classes = space_rules(scene.layers.study.space_rules).classes
    least_m = np.array([classes[name].min_width_m if name in classes else 0.0 for name in space_class])
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    wide = np.ones(len(shapes), dtype=bool)
    wide[areal] = wide_places(shapes[areal], least_m[areal])
    return wide


def places_outside(before: Places, spaces: Spaces, supply: Supply) -> Places:
    """What is left of the places that counted before and is as large and wide as the supply asks.

    One that was too large for the supply stays so: a park is no pocket park for being under water.
    """
    rows = np.flatnonzero(np.isin(spaces.of, before.space))
    found = merge_places(spaces.frame.iloc[rows], supply)
    return replace(found, key=before.key, space=rows[found.space])


def _pieces_entered(scene: Scene, spaces: Spaces, ground: NDArray[np.object_]) -> NDArray[np.int64]:
    """The piece of a space that each entrance leads into, by its row; one behind the last where none is left there."""
    entrances, shapes = scene.walking.entrances, scene.layers.spaces.geometry.to_numpy()
    space = entrances.table["space"].to_numpy(np.int64)
    first_row = np.full(len(shapes), len(spaces.of), dtype=np.int64)
    first_row[spaces.of[::-1]] = np.arange(len(spaces.of))[::-1]
    piece = np.where(spaces.touched[space], len(spaces.of), first_row[space])
    asked = np.flatnonzero(spaces.touched[space])
    rows = np.flatnonzero(spaces.touched[spaces.of])
    pieces = spaces.frame.geometry.to_numpy()[rows]
    at, row = pieces_entered(shapes[space[asked]], entrances.point[asked], pieces, ground)
    own = spaces.of[rows[row]] == space[asked[at]]
    piece[asked[at[own]]] = rows[row[own]]
    piece[points_inside(entrances.point, ground)] = len(spaces.of)
    return piece


def _modes(
    scene: Scene, closed: ClosedParts, ground: NDArray[np.object_], piece: NDArray[np.int64], nowhere: int
) -> dict[Mode, Walking]:
    """Every way of walking over what is open."""
    made: dict[int, Remaining] = {}
    modes = {}
    for mode, walking in scene.ways.by_mode.items():
        network, entrances = walking.graph.network, walking.entrances
        if id(network) not in made:
            made[id(network)] = without(network, closed)
        left = made[id(network)]
        homes = across(scene.demand.point, walking.points, network, ground, scene.demand.home)
        ways_in = across(entrances.point, entrances.attachment, network, ground) | (piece == nowhere)
        points = _out_of_reach(left.attachments(walking.points), homes)
        at = _out_of_reach(left.attachments(entrances.attachment), ways_in)
        table = entrances.table.assign(space=piece)
        modes[mode] = prepare_walking(
            left.network, replace(entrances, table=table, attachment=at), points,
            limit=walking.limit, impedance=left.impedance(walking.graph.impedance),
        )  # fmt: skip
    return modes


def across(
    start: NDArray[np.object_],
    at: Attachments,
    network: WalkNetwork,
    ground: NDArray[np.object_],
    indoors: NDArray[np.object_] | None = None,
) -> NDArray[np.bool_]:
    """Whether the straight leg of each point to its street runs inside the ground, but for what of it lies indoors.

    Parameters
    ----------
    start : array of Points
    at : Attachments
        To edges of `network`; who is out of reach has no leg.
    network : WalkNetwork
    ground : array of polygons
    indoors : array of polygons, optional
        The home of each point.
    """
    across = np.zeros(len(start), dtype=bool)
    on = np.flatnonzero(at.edge >= 0)
    foot = shapely.line_interpolate_point(network.edge_line[at.edge[on]], at.along_m[on])
    leg = shapely.linestrings(np.stack([shapely.get_coordinates(start[on]), shapely.get_coordinates(foot)], axis=1))
    hit = np.flatnonzero(lines_inside(leg, ground))
    if indoors is not None:
        hit = hit[lines_inside(shapely.difference(leg[hit], indoors[on[hit]]), ground)]
    across[on[hit]] = True
    return across


def _out_of_reach(at: Attachments, rows: NDArray[np.bool_]) -> Attachments:
    """The attachments without those of some points."""
    if not rows.any():
        return at
    return Attachments(
        np.where(rows, -1, at.edge).astype(np.int32),
        np.where(rows, np.nan, at.along_m),
        np.where(rows, np.nan, at.off_network_m),
    )
