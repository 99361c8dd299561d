"""A layer that is written in any format comes back as it was: rows in order, shapes, and text in any script."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.origins import GeometryColumns, Origin
from layers.sources.table import read_table
from layers.sources.vector import read_vector

SCRIPTS = [
    "望京街道",
    "Peñón Bermejo",
    "حي السلام",
    "Ωμέγα",
    "東京",
    "Кузьминки",
    "Köln 2",
    "𠮷野家",
    "नगर",
    "é",
    "e\u0301",
]
texts = st.lists(
    st.one_of(
        st.sampled_from(SCRIPTS),
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=18).filter(
            lambda t: not t.startswith("=")
        ),
    ),
    min_size=1,
    max_size=8,
)
degrees = st.floats(-89, 89, allow_nan=False).map(lambda v: round(v, 7))
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def layers(draw: st.DrawFn) -> gpd.GeoDataFrame:
    names = draw(texts)
    places = [(draw(degrees), draw(degrees)) for _ in names]
    shapes = [shapely.box(x, y, x + 0.01, y + 0.01) for x, y in places]
    counts = [draw(st.integers(0, 2**31 - 1)) for _ in names]
    return gpd.GeoDataFrame({"label": names, "n": counts}, geometry=shapes, crs=4326)


def write(layer: gpd.GeoDataFrame, folder: Path, form: str) -> Origin:
    path = folder / f"layer.{form}"
    table = pd.DataFrame(layer.drop(columns="geometry")).assign(shape=layer.geometry.to_wkt(rounding_precision=-1))
    where = GeometryColumns(wkt="shape")
    if form == "parquet":
        layer.to_parquet(path)
    elif form == "zip":
        layer.to_file(folder / "district.shp", encoding="UTF-8")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in folder.glob("district.*"):
                archive.write(part, f"city/{part.name}")
    elif form == "csv":
        table.to_csv(path, index=False)
        # Declared: of a few random characters nobody can tell how they are written.
        return Origin(path, crs="EPSG:4326", encoding="utf-8", geometry=where)
    elif form == "xlsx":
        table.to_excel(path, index=False)
        return Origin(path, crs="EPSG:4326", geometry=where)
    else:
        how = {
            "kml": {"driver": "LIBKML"},
            "gdb": {"driver": "OpenFileGDB", "TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"},
            "fgb": {"SPATIAL_INDEX": "NO"},  # which would put the rows in another order
        }
        layer.to_file(path, **how.get(form, {}))
    return Origin(path)


@pytest.mark.parametrize("form", ["gpkg", "shp", "zip", "geojson", "fgb", "kml", "gdb", "parquet", "csv", "xlsx"])
@QUICK
@given(layer=layers())
def test_what_is_written_is_read(form, layer):
    with tempfile.TemporaryDirectory() as folder:
        read = read_vector(write(layer, Path(folder), form), "communities")
    found = read.frame
    assert found["label"].tolist() == layer["label"].tolist()
    assert found["n"].astype("int64").tolist() == layer["n"].tolist()
    assert read.counts["rows_read"] == read.counts["rows_kept"] == len(layer)
    assert found.crs.equals("EPSG:4326", ignore_axis_order=True)
    ours, theirs = shapely.normalize(found.geometry.to_numpy()), shapely.normalize(layer.geometry.to_numpy())
    assert np.abs(shapely.bounds(ours) - shapely.bounds(theirs)).max() < 1e-7
    assert np.allclose(shapely.area(ours), shapely.area(theirs), rtol=1e-4)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@QUICK
@given(codes=st.lists(st.from_regex(r"\A[0-9]{2,9}\Z"), min_size=1, max_size=6), name=st.sampled_from(SCRIPTS))
def test_codes_in_tables_keep_their_zeros(form, codes, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{form}"
        table = pd.DataFrame({name: codes, "n": range(len(codes))})
        table.to_csv(path, index=False) if form == "csv" else table.to_excel(path, index=False)
        read = read_table(Origin(path, encoding="utf-8"), "residents").frame
    assert read[name].tolist() == codes
    assert read["n"].astype(int).tolist() == list(range(len(codes)))
