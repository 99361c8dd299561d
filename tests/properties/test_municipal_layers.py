"""What holds for any table of residents, any elevation model and any set of polygons."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import Polygon

from layers.origins import Origin
from layers.residents import residents
from layers.types import ResidentsRole
from spatial.errors import LayerError
from spatial.geometry import repaired
from spatial.terrain import Grid, slope_deg

ROLE = ResidentsRole(Origin("p.csv"), "code", "people")
UTM = CRS("EPSG:32628")
COUNT = st.one_of(st.none(), st.integers(0, 10_000))


@given(st.dictionaries(st.sampled_from("abcdefxyz"), COUNT, min_size=1), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_no_resident_appears_or_vanishes(people, random):
    """Those in the table are those in the communities plus those who belong to none, in any order of rows."""
    ids = pd.Index(list("abcdef"), name="community_id")
    rows = list(people.items())
    random.shuffle(rows)
    table = pd.DataFrame({"code": [r[0] for r in rows], "people": pd.array([r[1] for r in rows], dtype="Float64")})
    if not set(people) & set(ids):
        with pytest.raises(LayerError):
            residents(table, ROLE, ids)
        return
    frame, _, caveats = residents(table, ROLE, ids)
    lost = sum(c.count for c in caveats if c.code == "residents_lost")
    assert frame["population"].sum() + lost == sum(n for n in people.values() if n is not None)
    known = {code for code, n in people.items() if n is not None and code in ids}
    assert set(frame.index[frame["population"].notna()]) == known


@given(
    st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    st.tuples(st.floats(1, 200), st.floats(1, 200)),
    st.integers(3, 8),
)
@settings(max_examples=60, deadline=None)
def test_the_slope_of_any_plane_is_exact(rise, cell, rows):
    (rise_x, rise_y), (width, height) = rise, cell
    row, col = np.mgrid[0:rows, 0:5]
    grid = Grid(rise_x * col + rise_y * row, Affine(width, 0, 0, 0, -height, 0), UTM)
    expected = np.degrees(np.arctan(np.hypot(rise_x / width, rise_y / height)))
    np.testing.assert_allclose(slope_deg(grid)[1:-1, 1:-1], expected, atol=1e-6)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=8), min_size=1, max_size=4)
)
@settings(max_examples=80, deadline=None)
def test_any_ring_is_repaired_once_and_for_all(rings):
    shapes = gpd.GeoSeries([Polygon(ring) for ring in rings], crs=UTM)
    once, invalid = repaired(shapes)
    assert once.is_valid.all()
    assert set(once.geom_type) <= {"Polygon", "MultiPolygon"}
    assert once[~invalid].geom_equals(shapes[~invalid]).all()
    assert not repaired(once)[1].any()
