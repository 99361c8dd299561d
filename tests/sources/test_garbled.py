from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from layers.origins import Origin
from layers.sources.garbled import garbled
from layers.sources.vector import read_vector
from spatial.errors import LayerError

NAMES = ["El Cardón", "Peñón Bermejo", "San Nicolás", "朝阳区", "La Isleta"]
TWICE = [name.encode("utf-8").decode("latin-1") for name in NAMES]


def write(path, names):
    shapes = [box(n, 0, n + 1, 1) for n in range(len(names))]
    gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=4326).to_file(path)


def test_text_is_left_alone():
    assert garbled(pd.DataFrame({"name": NAMES, "n": range(5)}), "communities", "communities") == ()


def test_a_slip_is_told():
    (caveat,) = garbled(pd.DataFrame({"name": [*NAMES, "Card\ufffdn"]}), "communities", "communities")
    assert (caveat.code, caveat.count, caveat.detail) == ("text_garbled", 1, "Card\ufffdn")


@pytest.mark.parametrize("names", [TWICE, [n.replace("ó", "\ufffd").replace("ñ", "\ufffd") for n in NAMES[:2]] * 2])
def test_a_layer_that_is_noise_is_refused(tmp_path, names):
    path = tmp_path / "c.gpkg"
    write(path, names)
    with pytest.raises(LayerError, match=r"communities \(c\.gpkg\).*are noise") as caught:
        read_vector(Origin(Path(path)), "communities")
    assert "\n" not in str(caught.value)


def test_a_slip_in_a_file_is_a_caveat(tmp_path):
    write(tmp_path / "c.gpkg", [*NAMES, "Card\ufffdn"])
    read = read_vector(Origin(tmp_path / "c.gpkg"), "communities")
    assert [caveat.code for caveat in read.caveats] == ["text_garbled"]


def test_most_of_the_texts_are_a_layer_that_is_noise_and_half_of_them_are_slips():
    for wrong, refused in ((6, True), (5, False)):
        names = pd.DataFrame({"name": [f"Card\ufffdn {n}" for n in range(wrong)] + [f"Cardón {n}" for n in range(5)]})
        if refused:
            with pytest.raises(LayerError, match="6 of its 11 texts"):
                garbled(names, "communities", "communities")
        else:
            assert [caveat.count for caveat in garbled(names, "communities", "communities")] == [5]
