"""Remedies: what the figures suggest for every gap, each measured as the rule measures.

Suggestions, not decisions: whether ground is free, a wall may be opened or a link built, people have to see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.gaps import find_gaps, with_lights
from analyses.judgement import Judgement
from analyses.measure import Measured, Scene
from analyses.parameters import Parameters, RemedyLimits
from analyses.remedy import AT_LEAST, AT_MOST, LOOK, Gap, Named, Remedy, all_named
from analyses.remedy_amounts import more_space, protect_or_refuge, relief
from analyses.remedy_choice import Offers, Unserved, Won, by_unit, chosen, rows_served
from analyses.remedy_gates import gate_offers, side_of
from analyses.remedy_ground import Ground, ground_of_rule
from analyses.remedy_hazards import Danger, danger, half_diagonal_m
from analyses.remedy_land import new_on_land
from analyses.remedy_links import Links, link_offers
from analyses.remedy_new import new_area_m2, new_offers, smallest_option
from analyses.remedy_none import Why, Without, kinds_tried, unhelped, without
from analyses.remedy_paths import Paths, end_of_path, path_offers
from analyses.remedy_planned import Planned, planned_during, planned_offers, planned_sites
from analyses.remedy_refuges import Candidates, candidate_offers, more_room, named_inside
from analyses.remedy_rows import remedies_table, with_codes
from analyses.remedy_sites import adapt_space
from analyses.severity import with_severity
from analyses.units import Level
from analyses.walking import WALKERS
from spatial.snapping import EdgeIndex


def gaps_and_remedies(
    scene: Scene,
    judged: Judgement,
    index: EdgeIndex,
    communities: pd.DataFrame,
    parents: pd.DataFrame,
    parameters: Parameters,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None]:
    """What is short, how severe it is, and what would help: `Results.gaps` and `Results.remedies`.

    `communities` and `parents` are the published tables, for the lights of their data.
    """
    gaps = with_lights(find_gaps(scene, judged, margin_m=parameters.gap_margin_m), communities, parents)
    return with_remedies(with_severity(gaps, judged.profiles, parameters.severity), scene, judged, index, parameters)


def with_remedies(
    gaps: gpd.GeoDataFrame, scene: Scene, judged: Judgement, index: EdgeIndex, parameters: Parameters
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None]:
    """The gaps with the cheapest kind of remedy, whether to look at the map first, and all that would help.

    Parameters
    ----------
    gaps : GeoDataFrame
        As published, but for words and what is added here.
    scene, judged
    index : EdgeIndex
        Of the layers' network.
    parameters : Parameters

    Returns
    -------
    gaps, remedies : GeoDataFrame
        ``remedy``, ``no_remedy``, ``no_remedy_tried``, ``check_data`` and ``check_reason`` added to the gaps, each of
        which has either a remedy or a reason why none; columns of `gap_columns.REMEDIES` without words and, for the
        words, ``name``, ``space_class``, ``side`` and ``found``, ordered as the gaps, then by ``cost_order`` and
        ``step``. Rules about groups of residents get no figures, which could tell of few people. None where nothing is
        suggested.
    """
    study = _Study(scene, judged, index, parameters)
    found: list[Remedy] = []
    nothing: dict[str, Without] = {}
    for (profile, rule), rows in gaps.groupby(["profile_id", "rule_id"], sort=False):
        for told in study.of_rule(judged.measured[(str(profile), str(rule))], rows):
            if isinstance(told, Without):
                nothing[told.gap_id] = told
            else:
                found.append(told)
    place = {gap: i for i, gap in enumerate(gaps["gap_id"])}
    found.sort(key=lambda remedy: (place[remedy.gap_id], remedy.cost_order, remedy.step))
    return with_codes(gaps, found, nothing), remedies_table(found, scene, parameters) if found else None


@dataclass(frozen=True)
class _Study:
    """What the remedies of all rules share."""

    scene: Scene
    judged: Judgement
    index: EdgeIndex
    parameters: Parameters

    @cached_property
    def spaces(self) -> tuple[Named, ...]:
        return all_named(self.scene.layers.spaces)

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        shapes: NDArray[np.object_] = self.scene.layers.spaces.geometry.to_numpy()
        return shapes

    @cached_property
    def sites(self) -> tuple[Named, ...]:
        return () if self.planned is None else all_named(self.planned.sites)

    @cached_property
    def danger(self) -> Danger:
        return danger(self.scene.layers)

    @cached_property
    def planned(self) -> Planned | None:
        return planned_sites(self.scene.layers, self.index, self.parameters)

    def of_rule(self, found: Measured, rows: gpd.GeoDataFrame) -> Iterator[Remedy | Without]:
        """All that would help the gaps of one rule; and for each of them why nothing does, should nothing."""
        level = self.judged.levels[found.rule.level]
        units = level.units.index.get_indexer(rows["unit_id"])
        gaps: dict[int, Gap] = dict(zip(units.tolist(), rows.to_dict("records"), strict=True))
        yield from without(gaps.values(), Why.NO_METHOD)
        # Refuges come from the city's list: no look at the map would find one.
        for gap in () if found.rule.about_shelter else gaps.values():
            yield from look_at_the_map(gap, self.parameters.remedies)
        of_kind = self._of_refuges if found.rule.about_shelter else self._of_kind
        yield from of_kind(found, level, units, gaps)

    def _of_kind(
        self, found: Measured, level: Level, units: NDArray[np.int64], gaps: dict[int, Gap]
    ) -> Iterator[Remedy | Without]:
        rule = found.rule
        if rule.about_a_group:
            yield from without(gaps.values(), Why.GROUP)
        elif rule.kind == "reach" and rule.who == "population" and rule.limit is not None:
            ground = ground_of_rule(self.scene, found, self.judged.closed, self.danger)
            if ground is None:
                yield from without(gaps.values(), Why.APART)
            else:
                yield from self._of_reach(ground.unserved(found, level, units), gaps, ground)
        elif rule.kind == "site" or found.land is not None:
            yield from self._of_ground(found, level, gaps)
        elif rule.who == "population":
            for unit, gap in gaps.items():
                yield from self._of_amount(gap, found, level, unit)

    def _of_ground(self, found: Measured, level: Level, gaps: dict[int, Gap]) -> Iterator[Remedy | Without]:
        if found.rule.under_hazard:
            yield from without(gaps.values(), Why.HAZARD_TAKES)
            return
        if found.land is not None:
            yield from without(gaps.values(), Why.TRIED, ["new_space"])
        for unit, gap in gaps.items():
            if found.rule.kind == "site":
                yield from adapt_space(gap, self.scene, found, level, unit)
            else:
                yield from new_on_land(gap, self.scene, found, level, unit, self.parameters)

    def _of_amount(self, gap: Gap, found: Measured, level: Level, unit: int) -> Iterator[Remedy | Without]:
        if found.rule.kind == "exposure":
            yield from protect_or_refuge(gap, self.parameters.remedies)
        elif found.rule.per == "person" and found.rule.during:
            yield from without([gap], Why.CUT_OFF)
        elif found.rule.per == "person":
            # Of what a hazard leaves nobody's share grows with fewer others: space is missing, wherever it is crowded.
            crowded = found.shared and found.scene is None
            yield from relief(gap, self.scene, found, level, unit) if crowded else more_space(gap, found.rule)

    def _of_refuges(
        self, found: Measured, level: Level, units: NDArray[np.int64], gaps: dict[int, Gap]
    ) -> Iterator[Remedy | Without]:
        if found.rule.about_a_group:
            yield from without(gaps.values(), Why.GROUP)
            return
        ground = ground_of_rule(self.scene, found, self.judged.closed, self.danger)
        if ground is None:
            yield from without(gaps.values(), Why.APART)
            return
        candidates = Candidates.of(ground.scene)
        if found.rule.kind == "reach":
            yield from self._of_candidates(candidates, ground.unserved(found, level, units), gaps)
        if found.rule.kind == "provision":
            for unit, gap in gaps.items():
                if candidates is not None:
                    shape = level.units.geometry.iloc[unit]
                    yield from named_inside(gap, found, candidates, shape, self.parameters.remedies)
                yield from more_room(gap, found)

    def _of_candidates(
        self, candidates: Candidates | None, short: Unserved, gaps: dict[int, Gap]
    ) -> Iterator[Remedy | Without]:
        limits = self.parameters.remedies
        if candidates is None:
            asked = self.scene.layers.study.refuge_rules.candidates
            why = Why.NO_CANDIDATE if asked else Why.CANDIDATES_NOT_ASKED
            yield from unhelped(short, gaps, limits, why)
            return
        yield from unhelped(short, gaps, limits, Why.TRIED, ["open_refuge"])
        offers = candidate_offers(candidates, short)
        for unit, won in self._chosen(offers, short, gaps).items():
            for step, gain in enumerate(won, start=1):
                remedy = _suggestion(gaps[unit], "open_refuge", step, gain, offers.point[gain.offer])
                yield candidates.told(remedy, gain.offer, short.found.rule)

    def _of_reach(self, short: Unserved, gaps: dict[int, Gap], ground: Ground) -> Iterator[Remedy | Without]:
        rule, scene = short.found.rule, ground.scene
        tried = kinds_tried(rule, planned=self.planned is not None)
        yield from unhelped(short, gaps, self.parameters.remedies, Why.TRIED, tried)
        if rule.by in WALKERS:
            gates = gate_offers(ground, short, self.index, self.parameters)
            opened = self._chosen(gates, short, gaps)
            yield from self._told("way_in", gates, opened, short, gaps, ground)
            helped = rows_served(gates, opened, short)
            yield from self._of_paths(path_offers(scene, short, helped, self.parameters), short, gaps)
        if self.planned is not None:
            sites = planned_offers(scene, short, planned_during(self.planned, ground), self.parameters)
            sites = ground.dry(sites, self.planned.sites.geometry.to_numpy())
            yield from self._told("planned_space", sites, self._chosen(sites, short, gaps), short, gaps, ground)
        area_m2 = new_area_m2(smallest_option(rule, self.parameters), self.parameters)
        new = ground.clear(new_offers(scene, short, self.parameters), half_diagonal_m(area_m2))
        yield from self._told("new_space", new, self._chosen(new, short, gaps), short, gaps, ground)
        yield from self._of_links(link_offers(ground, short), short, gaps)

    def _of_links(self, links: Links, short: Unserved, gaps: dict[int, Gap]) -> Iterator[Remedy]:
        """In every unit the way through what is closed that serves most, if it is kept open."""
        for unit, won in self._chosen(links.offers, short, gaps).items():
            for best in won[:1]:
                link = links.link[best.offer]
                remedy = _suggestion(gaps[unit], "protect_link", 1, best, links.offers.point[best.offer])
                told = replace(remedy, way_ids=link.way_ids, length_m=link.length_m)
                yield told.bounded(AT_LEAST) if link.whole else told

    def _chosen(self, offers: Offers, short: Unserved, gaps: dict[int, Gap]) -> dict[int, list[Won]]:
        """Of every unit the offers that add most; one alone where a rule asks for several places."""
        limits = self.parameters.remedies
        steps = 1 if any(option.count > 1 for option in short.found.rule.each) else limits.most_steps
        return {
            unit: list(chosen(offers, pairs, short, unit, float(gaps[unit]["target"]), limits, steps=steps))
            for unit, pairs in by_unit(offers, short).items()
        }

    def _of_paths(self, paths: Paths, short: Unserved, gaps: dict[int, Gap]) -> Iterator[Remedy]:
        """In every unit the link that most people want, with all whom it could serve."""
        limits, of_unit = self.parameters.remedies, by_unit(paths.near, short)
        for unit, wanted in self._chosen(paths.wanted, short, gaps).items():
            for best in wanted[:1]:
                pairs = of_unit[unit][paths.near.offer[of_unit[unit]] == best.offer]
                target = float(gaps[unit]["target"])
                (most,) = chosen(paths.near, pairs, short, unit, target, limits, steps=1)
                for_whom = pairs[paths.missing[pairs]]
                point = end_of_path(self.scene, short, paths.near, for_whom, best.offer)
                remedy = _suggestion(gaps[unit], "path", 1, most, point).bounded(AT_MOST)
                remedy = replace(remedy, hazard_ids=self.danger.at(point))
                yield remedy.at(self.spaces[int(paths.near.space[best.offer])])

    def _told(
        self,
        kind: str,
        offers: Offers,
        won: dict[int, list[Won]],
        short: Unserved,
        gaps: dict[int, Gap],
        ground: Ground,
    ) -> Iterator[Remedy]:
        """The suggestions of one kind with what they concern."""
        area_m2 = new_area_m2(smallest_option(short.found.rule, self.parameters), self.parameters) or np.nan
        for unit, gains in won.items():
            for step, gain in enumerate(gains, start=1):
                space, point = int(offers.space[gain.offer]), offers.point[gain.offer]
                remedy = _suggestion(gaps[unit], kind, step, gain, point)
                if kind == "new_space":
                    yield replace(remedy, area_m2=area_m2).bounded(AT_LEAST)
                elif kind == "planned_space":
                    assert self.planned is not None
                    hazards = self.danger.at(self.planned.sites.geometry.iloc[space])
                    yield replace(remedy, hazard_ids=hazards).at(self.sites[space])
                else:
                    space, hazards = ground.space(space), self.danger.at(point)
                    gate = replace(remedy, side=side_of(self.shapes[space], point), hazard_ids=hazards)
                    yield gate.at(self.spaces[space])


def _suggestion(gap: Gap, kind: str, step: int, gain: Won, point: shapely.Point) -> Remedy:
    return Remedy(
        str(gap["gap_id"]), kind, step, point,
        residents_gained=gain.residents_gained, value_after=gain.value_after, closes=gain.closes,
    )  # fmt: skip


def look_at_the_map(gap: Gap, limits: RemedyLimits) -> list[Remedy]:
    """Where data are poor, a look at the map costs less than a park."""
    reason = (
        "poor_data"
        if gap["data_light"] == "poor"
        else "imputed_homes"
        if gap["imputed_share"] >= limits.imputed_share
        else "not_firm"
        if gap["firm"] == 0
        else None
    )
    if reason is None:
        return []
    shape = gap["geometry"]
    point = None if shape is None or shape.is_empty else shapely.point_on_surface(shape)
    return [Remedy(str(gap["gap_id"]), LOOK, point=point, reason=reason)]
