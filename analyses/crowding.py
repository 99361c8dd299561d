"""Crowding: who comes to each public space, and how much of it there is for each of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.catchment import crowding
from analyses.decay import Dichotomous
from analyses.measure import Scene
from analyses.profile import Supply
from analyses.provision import surroundings_on_foot
from layers.types import Caveat

_SHOWN = 3
OPEN = Supply(("open_public_space",))
"""Whose crowding is told: a library or a cemetery is not used up by its neighbours."""


def space_crowding(scene: Scene, *, catchment_m: float) -> pd.DataFrame:
    """Residents within a walk of every public space, and its area for each of them.

    A space counts with the open public space that it is part of: a playground in a park is as
    crowded as the park. Whoever has several spaces within the walk is counted at each of them.

    Returns
    -------
    DataFrame
        One row a space: ``catchment_population`` [persons] and ``m2_per_person``, the first step of the
        2SFCA (Luo and Wang 2003). NaN where the space is no open public space; where it lies so near the
        edge of the study that people come whom nobody counted; where residents within reach are
        unknown. ``m2_per_person`` also where nobody comes or the area is unknown.
    """
    nothing = pd.DataFrame(
        np.full((len(scene.layers.spaces), 2), np.nan), columns=["catchment_population", "m2_per_person"]
    )
    if scene.layers.residents is None:
        return nothing
    places = scene.places_of(OPEN)
    near = surroundings_on_foot(scene.walking, places, scene.outside, limit=catchment_m)
    residents = pd.Series(scene.weight("population"))
    found = crowding(near.costs, residents, pd.Series(near.area_m2), Dichotomous(catchment_m))[[*nothing]]
    found.loc[near.place_cut] = np.nan
    found.loc[np.isnan(places.area_m2), "m2_per_person"] = np.nan
    nothing.iloc[places.space] = found.to_numpy()[places.place]
    return nothing


def cut_catchments(scene: Scene, public_space: pd.DataFrame) -> tuple[Caveat, ...]:
    """How many open public spaces have a catchment that nobody can count, with up to three of them."""
    if scene.layers.residents is None:
        return ()
    open_ = public_space.iloc[scene.places_of(OPEN).space]
    cut = open_["space_id"][open_["catchment_population"].isna()]
    detail = " ".join(cut.iloc[:_SHOWN])
    return (Caveat("catchment_cut", "public_space", float(len(cut)), "spaces", detail),) if len(cut) else ()
