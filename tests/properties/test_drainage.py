"""What holds for water over any ground (SYNTHETIC)."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import CRS

from spatial.drainage import Flow, cut, flow_over, heights_above, upslope_km2
from spatial.terrain import Grid


@st.composite
def grounds(draw: st.DrawFn) -> Grid:
    """Heights in quarters of a metre, level places and all."""
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    values = draw(arrays(float, shape, elements=st.integers(0, 40).map(lambda n: n / 4)))
    return Grid(values, Affine(70, 0, 0, 0, -90, 0), CRS("EPSG:25831"))


def masks(grid: Grid) -> st.SearchStrategy[np.ndarray]:
    return arrays(bool, grid.shape)


def heights_by_area(grid: Grid, area_km2: float) -> tuple[Flow, np.ndarray, np.ndarray]:
    flow = flow_over(grid)
    found = heights_above(flow, upslope_km2(flow, grid) >= area_km2, cut(flow))
    return flow, found.most_m, found.least_m


@settings(max_examples=80, deadline=None)
@given(grid=grounds(), up=st.integers(-400, 4000))
def test_raising_everything_shifts_nothing(grid, up):
    flow, most, least = heights_by_area(grid, 0.02)
    raised = Grid(grid.values + up, grid.transform, grid.crs)
    again, most_again, least_again = heights_by_area(raised, 0.02)
    assert (flow.downstream == again.downstream).all()
    assert (flow.depth_m == again.depth_m).all()
    assert (most == most_again).all()
    assert (least == least_again).all()


@settings(max_examples=80, deadline=None)
@given(data=st.data(), grid=grounds())
def test_filled_ground_never_rises_on_the_way_down_and_overflows_nowhere(data, grid):
    river = data.draw(masks(grid))
    flow = flow_over(grid, river)
    filled = flow.filled_m.ravel()
    assert (filled[flow.downstream.ravel()] <= filled).all()
    assert (flow.depth_m >= 0).all()
    again = flow_over(Grid(flow.filled_m.astype(float), grid.transform, grid.crs), river)
    assert (again.depth_m == 0).all()


@settings(max_examples=80, deadline=None)
@given(data=st.data(), grid=grounds())
def test_more_drainage_never_makes_ground_lie_higher(data, grid):
    flow = flow_over(grid)
    some, more = data.draw(masks(grid)), data.draw(masks(grid))
    doubt = data.draw(masks(grid))
    less, all_of_it = heights_above(flow, some, doubt), heights_above(flow, some | more, doubt)
    assert (all_of_it.most_m <= less.most_m).all()
    assert (less.least_m <= less.most_m).all()
    assert (less.least_m >= 0).all()
    known = ~np.isinf(less.most_m)
    assert (heights_above(flow, some, np.zeros_like(doubt)).most_m[known] == less.most_m[known]).all()


@settings(max_examples=60, deadline=None)
@given(grid=grounds())
def test_all_ground_drains_somewhere_once(grid):
    flow = flow_over(grid)
    ends = flow.downstream.ravel() == np.arange(grid.values.size)
    assert upslope_km2(flow, grid).ravel()[ends].sum() == pytest.approx(grid.values.size * 70 * 90 / 1e6)
