"""What the published layer of hazards says of each polygon."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from affine import Affine
from shapely import box

from analyses.assess import assess
from analyses.columns import HAZARDS
from maps.hazard_frame import hazards_frame
from maps.tables import published_tables
from tests.flooded_town import flooded
from tests.town import town, with_hazards

GRID = Affine(10, 0, 0, 0, -10, 40)


def published(layers):
    results = assess(layers, [])
    frame = next(one.frame for one in published_tables(results) if one.declared == HAZARDS)
    assert len(frame) == len(results.hazards)
    return frame


def test_a_raster_is_drawn_by_class_along_its_cells_and_where_it_closes():
    """40 x 10 m of cells: 5 cm of water, 20 cm, none, and one without a value; ways close from 15 cm on."""
    frame = published(flooded({"rain": [[0.05, 0.2, 0.0, np.nan]]}, transform=GRID)).set_index("class_order")
    assert frame["hazard_class"].to_dict() == {1.0: "wet", 2.0: "over_15cm"}
    assert frame["intensity_low"].to_dict() == {1.0: 0.0, 2.0: 0.15}
    assert set(frame["unit"]) == {"m"}
    assert frame.geometry[1.0].equals(box(0, 30, 10, 40))
    assert frame.geometry[2.0].equals(box(10, 30, 20, 40))


def test_beside_it_a_layer_without_classes_says_nothing():
    frame = published(flooded({"rain": [[0.05, 0.2]]}, {"band": box(0, 0, 10, 10)}, transform=GRID))
    band = frame.set_index("hazard_id").loc["band"]
    assert band[["hazard_class", "unit"]].isna().all()
    assert np.isnan([band["class_order"], band["intensity_low"]]).all()
    alone = published(with_hazards(town(), {"band": ("flood", "official", box(0, 0, 10, 10))}))
    assert alone[["hazard_class", "class_order", "intensity_low", "unit"]].isna().all(axis=None)


def test_classes_that_have_no_numbers_have_an_order_and_no_unit():
    layers = with_hazards(town(), {"band": ("flood", "official", box(0, 0, 10, 10))})
    (role,) = layers.study.hazards
    scale = dataclasses.replace(role.scale, class_column="c", classes={"1": "rare", "2": "often"})
    study = dataclasses.replace(layers.study, hazards=(dataclasses.replace(role, scale=scale),))
    rows = layers.hazards.assign(hazard_class="often", intensity=np.nan)
    frame = hazards_frame(assess(dataclasses.replace(layers, study=study, hazards=rows), []))
    assert frame["class_order"].tolist() == [2.0]
    assert frame["hazard_class"].tolist() == ["often"]
    assert pd.isna(frame["unit"]).all()
