"""Floating catchments on tables small enough to share out on paper (synthetic)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from analyses.catchment import crowding, supply_per_person, supply_range
from analyses.costs import Costs
from analyses.decay import Dichotomous, Linear
from spatial.errors import AnalysisError

RESIDENTS = pd.Series([30.0, 10.0, 20.0], index=["home/1", "home/2", "home/3"])
AREA = pd.Series([8000.0, 600.0], index=["way/1", "way/2"])
COSTS = Costs(np.array([0, 1, 1, 2], np.int32), np.array([0, 0, 1, 1], np.int32), np.array([250.0, 420.0, 100.0, 300.0]))
"""The park way/1 at 250 m of the 30 and 420 m of the 10; the square way/2 at 100 m of the 10 and 300 m of the 20."""


def test_shared_out_within_a_limit() -> None:
    """At 400 m: 8000 / 30 for the 30; 600 / 30 = 20 for the 10 and the 20. At 500 m the park is 8000 / 40 = 200."""
    assert supply_per_person(COSTS, RESIDENTS, AREA, Dichotomous(400)).tolist() == pytest.approx([8000 / 30, 20, 20])
    assert supply_per_person(COSTS, RESIDENTS, AREA, Dichotomous(500)).tolist() == pytest.approx([200, 220, 20])


def test_with_decay_the_nearer_have_more() -> None:
    """Linear to 500 m: the park's demand is 30 x 0.5 + 10 x 0.16 = 16.6, the square's 10 x 0.8 + 20 x 0.4 = 16."""
    found = supply_per_person(COSTS, RESIDENTS, AREA, Linear(500))
    park, square = 8000 / 16.6, 600 / 16
    assert found.tolist() == pytest.approx([0.5 * park, 0.16 * park + 0.8 * square, 0.4 * square])
    assert found.name == "supply_m2_per_person"


def test_three_steps_send_those_with_a_choice_less_often_to_each() -> None:
    """home/2 chooses 0.16 : 0.8, a sixth for the park and five sixths for the square."""
    found = supply_per_person(COSTS, RESIDENTS, AREA, Linear(500), selection=Linear(500))
    park = 8000 / (30 * 0.5 + 10 * 0.16 / 6)
    square = 600 / (10 * 0.8 * 5 / 6 + 20 * 0.4)
    assert found.tolist() == pytest.approx([0.5 * park, 0.16 / 6 * park + 0.8 * 5 / 6 * square, 0.4 * square])


def test_crowding_by_hand() -> None:
    found = crowding(COSTS, RESIDENTS, AREA, Dichotomous(500))
    assert found["catchment_population"].tolist() == [40, 30]
    assert found["m2_per_person"].tolist() == pytest.approx([200, 20])
    nobody = crowding(COSTS, RESIDENTS * 0, AREA, Dichotomous(500))
    assert nobody["catchment_population"].tolist() == [0, 0]
    assert nobody["m2_per_person"].isna().all(), "shared by nobody is no area a person"


def test_unknown_residents_make_what_is_shared_with_them_unknown() -> None:
    unknown = RESIDENTS.copy()
    unknown["home/3"] = np.nan
    found = supply_per_person(COSTS, unknown, AREA, Dichotomous(400))
    assert found.isna().tolist() == [False, True, True]
    assert crowding(COSTS, unknown, AREA, Dichotomous(400)).isna().any(axis=1).tolist() == [False, True]
    beyond = supply_per_person(COSTS, unknown, AREA, Dichotomous(250))
    assert beyond.tolist()[:2] == pytest.approx([8000 / 30, 60]), "who does not come is not waited for"


def test_a_space_that_hardly_anybody_reaches_may_be_shared_out_as_if_one_did() -> None:
    empty = RESIDENTS * 0
    assert supply_per_person(COSTS, empty, AREA, Dichotomous(400)).tolist() == [0, 0, 0]
    assert supply_per_person(COSTS, empty, AREA, Dichotomous(400), least_residents=1).tolist() == [8000, 600, 600]


def test_bounds_where_the_data_end() -> None:
    """The square's catchment is cut: its 20 m2 a person may be anything down to 0. home/3 may reach unseen spaces."""
    found = supply_range(
        COSTS, RESIDENTS, AREA, Dichotomous(500),
        point_cut=np.array([False, False, True]), place_cut=np.array([False, True]),
    )
    assert found.value[0] == pytest.approx(200)
    assert np.isnan(found.value[1:]).all()
    assert found.low.tolist() == pytest.approx([200, 200, 0])
    assert found.high.tolist() == pytest.approx([200, 220, np.inf])


def test_unknown_neighbours_bound_a_share_from_above_only() -> None:
    unknown = RESIDENTS.copy()
    unknown["home/3"] = np.nan
    nowhere = {"point_cut": np.zeros(3, bool), "place_cut": np.zeros(2, bool)}
    found = supply_range(COSTS, unknown, AREA, Dichotomous(400), **nowhere)
    assert found.low.tolist() == pytest.approx([8000 / 30, 0, 0])
    assert found.high.tolist() == pytest.approx([8000 / 30, 60, 60]), "600 m2 for the ten who are known"
    alone = RESIDENTS.copy()
    alone["home/2"], alone["home/3"] = 0.0, np.nan
    assert np.isinf(supply_range(COSTS, alone, AREA, Dichotomous(400), **nowhere).high[2])


def test_nothing_within_reach_is_zero_and_frames_are_not_changed() -> None:
    kept = RESIDENTS.copy(), AREA.copy(), COSTS.cost.copy()
    none = Costs(COSTS.point[:0], COSTS.place[:0], COSTS.cost[:0])
    assert supply_per_person(none, RESIDENTS, AREA, Linear(400)).tolist() == [0, 0, 0]
    assert supply_per_person(none, RESIDENTS[:0], AREA[:0], Linear(400)).empty
    assert crowding(none, RESIDENTS, AREA, Linear(400))["catchment_population"].tolist() == [0, 0]
    supply_per_person(COSTS, RESIDENTS, AREA, Linear(500), selection=Linear(500))
    assert_series_equal(RESIDENTS, kept[0])
    assert_series_equal(AREA, kept[1])
    assert COSTS.cost.tolist() == kept[2].tolist()
    assert_frame_equal(crowding(COSTS, RESIDENTS, AREA, Linear(500)), crowding(COSTS, RESIDENTS, AREA, Linear(500)))


def test_what_cannot_be_shared_out_is_refused() -> None:
    with pytest.raises(AnalysisError, match=r"residents: 1 demand points are negative, e.g. 'home/2'"):
        supply_per_person(COSTS, RESIDENTS.replace(10.0, -1.0), AREA, Linear(500))
    with pytest.raises(AnalysisError, match=r"supply_m2: 1 places are negative or unknown, e.g. 'way/2'"):
        supply_per_person(COSTS, RESIDENTS, AREA.replace(600.0, np.nan), Linear(500))
    with pytest.raises(AnalysisError, match="point 2 is beyond the 2 given"):
        supply_per_person(COSTS, RESIDENTS[:2], AREA, Linear(500))
