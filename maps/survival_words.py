"""What remains while a hazard lasts, in words: the tables with the names of their scenarios."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import geopandas as gpd
import pandas as pd

from analyses.closures import COMBINED
from analyses.column import Table
from analyses.results import Results
from analyses.survival_columns import (
    SURVIVAL,
    SURVIVAL_CUT_OFF,
    SURVIVAL_HOMES,
    SURVIVAL_SCENARIOS,
    SURVIVAL_SPACES,
    SURVIVAL_WAYS,
)
from layers.what_if import assumed_closed
from maps.inventory_frames import AREAS
from maps.vocabulary import title_of
from maps.what_if_words import marked

_COMBINED = {"en": "All hazards that may judge, at the same time", "zh": "可评判的各类灾害同时发生"}


def scenario_word(results: Results, scenario_id: str, language: str) -> str:
    """What a scenario is called: the title of its layer, or that of all together; that it is a what-if comes first."""
    study = results.study
    if scenario_id == COMBINED:
        return marked(_COMBINED.get(language, _COMBINED["en"]), language, assumed=bool(assumed_closed(study)))
    titles = {hazard.id: hazard.title for hazard in study.hazards}
    title = title_of(titles.get(scenario_id, {}), language, scenario_id)
    return marked(title, language, assumed=scenario_id in assumed_closed(study))


def scenarios_frame(results: Results) -> pd.DataFrame | None:
    """Scenarios with their names; None where no hazard layer closes."""
    if results.survival is None:
        return None
    table = results.survival.scenarios
    words = {
        f"scenario_{language}": [scenario_word(results, scenario, language) for scenario in table["scenario_id"]]
        for language in results.study.languages
    }
    return table.assign(**words)


def survival_frame(results: Results) -> pd.DataFrame | None:
    """Who keeps reach, by scenario, rule and unit; None where no hazard layer closes."""
    return None if results.survival is None else results.survival.units


def survival_cut_off_frame(results: Results) -> pd.DataFrame | None:
    """Who is cut off from all open public space, by scenario and unit; None where no hazard layer closes."""
    return None if results.survival is None else results.survival.cut_off


def survival_spaces_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Public spaces that a hazard makes smaller or closes ways into; None where no hazard layer closes.

    Shapes are those of other days; a space mapped as a point has none.
    """
    if results.survival is None:
        return None
    rows = results.survival.spaces
    areas = results.public_space[results.public_space.geom_type.isin(AREAS)].set_index("space_id").geometry
    shapes = gpd.GeoSeries(areas.reindex(rows["space_id"]).to_numpy(), index=rows.index, crs=results.study.crs)
    return gpd.GeoDataFrame(rows, geometry=shapes)


def survival_ways_frame(results: Results) -> gpd.GeoDataFrame | None:
    """The closed parts of ways; None where no hazard layer closes."""
    return None if results.survival is None else results.survival.ways


def survival_homes_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Where those live who are cut off; None where no hazard layer closes, or none cuts anybody off."""
    homes = None if results.survival is None else results.survival.homes
    return None if homes is None or homes.empty else homes


SURVIVAL_FRAMES: Mapping[Table, Callable[[Results], pd.DataFrame | None]] = {
    SURVIVAL_SCENARIOS: scenarios_frame,
    SURVIVAL: survival_frame,
    SURVIVAL_CUT_OFF: survival_cut_off_frame,
    SURVIVAL_SPACES: survival_spaces_frame,
    SURVIVAL_WAYS: survival_ways_frame,
    SURVIVAL_HOMES: survival_homes_frame,
}
"""The tables of survival and what they are made from, in their order."""
