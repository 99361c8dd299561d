"""Where layers lie: shifted datums, old ones, and coordinates that cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS, Geod
from shapely import Point, Polygon, box

from layers.origins import Origin
from layers.sources.placing import check_coordinates, placed, placing_caveats
from layers.sources.vector import read_vector
from spatial.datum import gcj02_to_bd09, wgs84_to_gcj02
from spatial.datum_shift import WGS84
from spatial.errors import LayerError, MissingCRS

WUHAN = box(114.30, 30.58, 114.31, 30.59)
ORIGIN = Origin(Path("b.geojson"))


def shifted(shape, datum):
    def change(xy):
        x, y = wgs84_to_gcj02(xy[:, 0], xy[:, 1])
        return shapely.get_coordinates(shapely.points(*(gcj02_to_bd09(x, y) if datum == "bd09" else (x, y))))

    return shapely.transform(shape, change)


def layer(*shapes, crs="EPSG:4326"):
    return gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=list(shapes), crs=crs)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "OGC:CRS84"])
def test_a_shifted_layer_comes_back_to_where_it_is(datum, crs):
    given = layer(shifted(WUHAN, datum), None, crs=crs)
    before = given.copy()
    there, counts = placed(given, replace(ORIGIN, datum=datum), "sites")
    assert counts == {"datum_converted": 1}
    assert there.crs.equals(CRS(WGS84))
    assert shapely.hausdorff_distance(there.geometry.iloc[0], WUHAN) < 1e-8
    assert there.geometry.iloc[1] is None
    assert given.equals(before)
    (caveat,) = placing_caveats(counts, replace(ORIGIN, datum=datum), "sites")
    assert (caveat.code, caveat.count, caveat.detail) == (
        "datum_converted",
        1,
        {"gcj02": "GCJ-02", "bd09": "BD-09"}[datum],
    )


def test_it_is_brought_back_only_once():
    once, _ = placed(layer(shifted(WUHAN, "gcj02")), replace(ORIGIN, datum="gcj02"), "sites")
    twice, counts = placed(once, replace(ORIGIN, datum="gcj02"), "sites")
    assert counts == {}
    assert twice.geom_equals(once).all()


def test_a_shifted_layer_of_web_mercator_tiles_comes_back_too():
    given = layer(shifted(WUHAN, "gcj02")).to_crs(3857)
    there, _ = placed(given, replace(ORIGIN, datum="gcj02"), "sites")
    assert shapely.hausdorff_distance(there.geometry.iloc[0], WUHAN) < 1e-8


@pytest.mark.parametrize(
    ("datum", "crs", "words"),
    [
        ("gcj02", "EPSG:4547", "counts in metres, and GCJ-02 is made of longitudes"),
        ("bd09", "EPSG:32650", "counts in metres"),
        ("bd09", "EPSG:3857", "a projection of its own"),
    ],
)
def test_a_shifted_datum_in_metres_is_refused(datum, crs, words):
    with pytest.raises(LayerError, match=words) as caught:
        placed(layer(WUHAN).to_crs(crs), replace(ORIGIN, datum=datum), "sites")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", [(-15.43, 28.1), (114.17, 22.30), (121.54, 25.04), (1.52, 42.5)])
def test_a_shifted_datum_outside_the_mainland_is_an_error(place):
    with pytest.raises(LayerError, match="outside mainland China"):
        placed(layer(Point(place).buffer(0.01)), replace(ORIGIN, datum="gcj02"), "sites")


def test_a_single_slip_across_the_border_does_not_refuse_a_layer():
    there, counts = placed(layer(*[WUHAN] * 30, Point(114.17, 22.3)), replace(ORIGIN, datum="gcj02"), "sites")
    assert counts["datum_converted"] == len(there) == 31


def test_an_old_datum_with_a_known_shift_leaves_in_wgs84_and_says_how_well():
    madrid = Point(-3.7, 40.4)
    for crs, coarse in (("EPSG:23030", 0), ("EPSG:4267", 1)):
        here = Point(-105.0, 39.7) if crs == "EPSG:4267" else madrid
        given = layer(here, crs=WGS84).to_crs(crs)
        there, counts = placed(given, ORIGIN, "sites")
        assert there.crs.equals(CRS(WGS84))
        assert shapely.distance(there.geometry.iloc[0], here) < 1e-7
        assert counts["datum_shifted"] == 1
        assert counts.get("datum_shift_coarse", 0) == coarse
        assert [c.code for c in placing_caveats(counts, ORIGIN, "sites")] == ["datum_shift_approximate"] * coarse


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:4610"])
def test_an_old_datum_without_is_refused_in_a_file(tmp_path, crs):
    path = tmp_path / "b.gpkg"
    layer(WUHAN, crs=crs).to_file(path)
    with pytest.raises(LayerError, match=r"communities \(b\.gpkg\): comes in"):
        read_vector(Origin(path), "communities")
    assert len(read_vector(Origin(path, crs="EPSG:4490"), "communities").frame) == 1


@pytest.mark.parametrize(
    ("suffix", "code"),
    [
        *((suffix, code) for suffix in (".gpkg", ".shp", ".fgb") for code in ("EPSG:4490", "EPSG:4547", "EPSG:4526")),
        (".geojson", "EPSG:4490"),
    ],
)
def test_cgcs2000_comes_out_right_from_every_format(tmp_path, suffix, code):
    """Written with x first, whatever the official order of the axes."""
    path = tmp_path / f"b{suffix}"
    layer(WUHAN, crs="EPSG:4490").to_crs(code).to_file(path)
    back = read_vector(Origin(path), "communities").frame.to_crs(WGS84)
    assert shapely.hausdorff_distance(back.geometry.iloc[0], WUHAN) < 1e-6


def test_a_zone_before_the_easting_is_refused_with_the_right_code(tmp_path):
    path = tmp_path / "b.shp"
    layer(WUHAN, crs="EPSG:4490").to_crs(4526).set_crs(4546, allow_override=True).to_file(path)
    with pytest.raises(LayerError, match=r'communities \(b\.shp\).*crs = "EPSG:4526"') as caught:
        read_vector(Origin(path), "communities")
    assert "\n" not in str(caught.value)
    assert len(read_vector(Origin(path, crs="EPSG:4526"), "communities").frame) == 1


def test_axes_in_their_official_order_are_refused(tmp_path):
    path = tmp_path / "b.gpkg"
    given = layer(WUHAN, crs="EPSG:4490").to_crs(4547)
    given.set_geometry(shapely.transform(given.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4547).to_file(path)
    with pytest.raises(LayerError, match="northing first"):
        read_vector(Origin(path), "communities")
    with pytest.raises(LayerError, match="latitude first"):
        check_coordinates(layer(box(30.58, 114.30, 30.59, 114.31), crs="EPSG:4490"), "communities")


def test_a_grid_of_its_own_is_refused():
    with pytest.raises(LayerError, match="a survey grid of its own"):
        placed(layer(Polygon([(0, 0), (1, 0), (1, 1)]), crs='LOCAL_CS["city grid",UNIT["metre",1]]'), ORIGIN, "sites")


def test_a_modern_layer_is_left_as_it_is():
    given = layer(WUHAN, crs="EPSG:4490").to_crs(4547)
    there, counts = placed(given, ORIGIN, "sites")
    assert there is given
    assert counts == {}
    with pytest.raises(MissingCRS):
        placed(gpd.GeoDataFrame(geometry=[WUHAN]), ORIGIN, "sites")


def test_a_tenth_of_a_layer_outside_the_mainland_is_more_than_a_slip():
    """Points count, not features: a square of five stands against one point."""
    outside = [Point(114.17, 22.3)] * 5
    with pytest.raises(LayerError, match=r"5 of its 50 points lie outside mainland China"):
        placed(layer(*[WUHAN] * 9, *outside), replace(ORIGIN, datum="gcj02"), "sites")


def test_parameters_that_are_declared_move_a_layer_on_a_modern_ellipsoid_too():
    """A hundred metres along the axis that leaves the earth where the equator meets Greenwich: upwards there, and
    eastwards by the sine of the longitude elsewhere."""
    place = Point(-90.0, 0.0)
    there, counts = placed(
        layer(place, crs="+proj=longlat +ellps=WGS84 +towgs84=100,0,0,0,0,0,0 +no_defs"), ORIGIN, "s"
    )
    assert counts["datum_shifted"] == 1
    moved_m = Geod(ellps="WGS84").inv(place.x, place.y, there.geometry.iloc[0].x, there.geometry.iloc[0].y)[2]
    assert moved_m == pytest.approx(100, abs=0.5)


def test_rows_where_the_shift_is_not_known_refuse_the_layer():
    """Beijing 1954 is published for the Ordos basin only; Wuhan would stay where it is, beside its streets."""
    ordos = Point(108.5, 38.5)
    there, counts = placed(layer(ordos, crs="EPSG:4214"), ORIGIN, "sites")
    assert counts["datum_shifted"] == 1
    assert shapely.distance(there.geometry.iloc[0], ordos) > 0.0003
    with pytest.raises(LayerError, match=r"not all over longitude 108\.50 to 114\.30"):
        placed(layer(ordos, Point(114.3, 30.6), crs="EPSG:4214"), ORIGIN, "sites")


def test_a_number_beyond_all_reading_is_told_in_short():
    for crs, words in (("EPSG:4326", r"reach 1e\+308 although"), ("EPSG:32650", r"reach 1e\+308, which")):
        with pytest.raises(LayerError, match=words):
            check_coordinates(layer(Point(1e308, 30.0), crs=crs), "sites")
    with pytest.raises(LayerError, match="reach 3,400,000 although"):
        check_coordinates(layer(Point(500_000, 3_400_000)), "sites")
