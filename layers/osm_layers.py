"""The layers that a map extract gives, near the communities."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import shapely

from layers.buildings import buildings
from layers.cache import Cache
from layers.conflicts import no_excluded
from layers.extract import OsmExtract, reading_caveats
from layers.known_files import KnownFiles, Seen
from layers.obstacles import gates, obstacles
from layers.osm_elements import ElementRules, element_rules
from layers.public_space import public_spaces, turned_away
from layers.sources.osm import read_osm
from layers.space_rules import PublicSpaceRules, space_rules, tag_keys
from layers.surroundings import Surroundings, near, near_squares, near_ways
from layers.terrain import MappedWater
from layers.types import Area, Basemap, Caveat, Study
from spatial.build import build_network
from spatial.errors import LayerError
from spatial.network import WalkNetwork


@dataclass(frozen=True)
class Reading:
    """How the extract of a study is read: by which rules, and where."""

    study: Study
    elements: ElementRules
    spaces: PublicSpaceRules
    keep: Surroundings

    @classmethod
    def of(cls, study: Study, communities: Area) -> Reading:
        """The packaged rules with the study's own, around its communities."""
        spaces = space_rules(study.space_rules)
        elements = element_rules(tag_keys(study.space_rules), spaces.own)
        return cls(study, elements, spaces, Surroundings.of(communities))

    def extract(self, cache: Cache | None) -> OsmExtract:
        """The extract around the communities."""
        origin = self.study.osm.origin

        def read() -> OsmExtract:
            return read_osm(origin, self.study.crs, rules=self.elements, keep=self.keep)

        if cache is None:
            return read()
        seen = KnownFiles(cache.folder).see([origin.path])
        return cache.get(OsmExtract, self._made_from(seen), read, seen.unchanged)

    def water(self, drawn: Basemap, coverage: Area) -> MappedWater:
        """The waters of the extract, and where it is complete as far as it was read."""
        keep = self.keep
        return MappedWater(
            drawn.water.geometry, coverage.intersection(shapely.box(keep.left, keep.bottom, keep.right, keep.top))
        )

    def network(self, extract: OsmExtract, reach: Area, coverage: Area, cache: Cache | None) -> WalkNetwork:
        """The walk network within `reach`; beyond `coverage` nothing is known."""

        def build() -> WalkNetwork:
            return build_network(near_ways(extract.ways, reach), near_squares(extract.squares, reach), coverage)

        if cache is None:
            return build()
        seen = KnownFiles(cache.folder).see([self.study.osm.origin.path])
        made_from = [*self._made_from(seen), reach.wkb_hex, coverage.wkb_hex]
        return cache.get(WalkNetwork, made_from, build, seen.unchanged)

    def _made_from(self, seen: Seen) -> list[str]:
        """What an extract in the study's CRS depends on."""
        return [*seen.hashes, self.study.crs.to_wkt(), *self.elements.made_from(), *self.keep.made_from()]


@dataclass(frozen=True)
class OsmLayers:
    """What the extract says about public space and buildings, near the communities."""

    spaces: gpd.GeoDataFrame
    turned_away: gpd.GeoDataFrame
    """What a rule speaks of and that is no public space; empty where no inventory and no search for refuges asks."""
    gates: gpd.GeoDataFrame
    obstacles: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    counts: dict[str, int]

    @classmethod
    def of(cls, extract: OsmExtract, reading: Reading, around: Area) -> OsmLayers:
        """By the study's rules, as far as anybody walks."""
        spaces, space_counts = public_spaces(extract, reading.spaces)
        homes, building_counts = buildings(extract)
        asked = bool(reading.study.inventories) or reading.study.refuge_rules.candidates
        return cls(
            near(spaces, around),
            near(turned_away(extract, reading.spaces), around) if asked else no_excluded(reading.study.crs),
            near(gates(extract), around),
            near(obstacles(extract), around),
            near(homes, around),
            {**space_counts, **building_counts},
        )


def check_covers(extract: OsmExtract, communities: Area) -> None:
    """An extract of another place gives no error by itself: everybody would merely be out of reach.

    Raises
    ------
    LayerError
        The communities lie away from all of its ways.
    """
    xy = extract.ways.xy
    box = shapely.box(*xy.min(axis=0), *xy.max(axis=0))
    distance_m = communities.distance(box)
    if distance_m > 0:
        raise LayerError(
            f"communities: lie {distance_m / 1000:,.1f} km from every way of the map extract, so nobody could reach "
            "anything; "
            "name the extract of the right place, or correct the CRS of the communities"
        )


def extract_caveats(extract: OsmExtract, communities: gpd.GeoDataFrame, coverage: Area) -> list[Caveat]:
    """What a reader has to know of the extract."""
    beyond = communities.index[~communities.covered_by(coverage.buffer(1.0))]
    found = Caveat("beyond_coverage", "communities", len(beyond), "communities", ", ".join(map(str, beyond[:3])))
    return [*reading_caveats(extract), *([found] if found.count else [])]
