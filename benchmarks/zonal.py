"""Shares of zones in each class of a raster, beside exactextract and rasterstats.

python -m benchmarks.zonal [--cells 10000] [--zones 5000] [--runs 3]

The raster and the zones are SYNTHETIC: depths of water on square cells, as a tiled, deflated GeoTIFF, and cells of
random seeds as communities. Ours goes the way of a run: the file is read and checked as every hazard raster, and the
share of every zone in each class of depth is found. Peers are given the classes as a raster of their own, ready made,
which spares them the depths. Every way has a process of its own, so that peaks of memory do not mix; how far its shares
are from ours is told beside its time. Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from benchmarks.meter import forget_peak, peak_mb
from layers.hazard_scales import HazardScale, class_codes, class_ranges
from layers.origins import Origin
from layers.sources.raster import read_hazard
from linli.text_table import aligned
from spatial.zonal import Cells, Coverage, coverage, range_shares

T = TypeVar("T")
_CRS = "EPSG:32628"
_CELL_M = 10.0
_DEPTHS = HazardScale("m", bands={"wet": 0.0, "over_15cm": 0.15, "over_50cm": 0.5})
_CORNER_M = 400.0
"""Longest edge of a zone: about thirty corners each."""
_PEERS = ("exactextract", "rasterstats")
_WAYS = ("read", "linli", *_PEERS)


def main() -> None:
    """Make the files, run every way, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=10_000, help="rows and columns of the raster")
    parser.add_argument("--zones", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is printed")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.one[0], Path(given.one[1]), given.runs)))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write(folder, given.cells, given.zones)
        ways = [way for way in _WAYS if way not in _PEERS or importlib.util.find_spec(way) is not None]
        found = {way: _child(way, folder, given.runs) for way in ways}
    print(
        f"SYNTHETIC raster of {given.cells:,} x {given.cells:,} cells, {given.zones:,} zones; medians of {given.runs}, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(_table(found))


def measured(way: str, folder: Path, runs: int) -> dict[str, dict[str, Any]]:
    """Seconds and peak of one way, and its shares; of ours for a first and for later rasters."""
    zones = gpd.read_parquet(folder / "zones.parquet")
    raster, classes = folder / "depth.tif", str(folder / "classes.tif")
    if way == "linli":
        _ours_first(zones.iloc[:5], raster)  # compiles, once and for all
        first, kept = _timed(lambda: _ours_first(zones, raster), runs)
        bare, later, shares = _in_turn(lambda: _read(raster), lambda: _by_class(kept[0], raster), runs)
        return {
            "linli, first raster": {**first, "shares": kept[1].tolist()},
            "linli, later rasters": {**later, "shares": shares.tolist()},
            "reading, in turn with them": {**bare, "shares": []},
        }
    call: Callable[[], NDArray[np.float64]]
    if way == "exactextract":
        from exactextract import exact_extract  # a peer, and only here

        def call() -> NDArray[np.float64]:
            rows = exact_extract(classes, zones, ["frac", "unique"], output="pandas")
            return _spread([dict(zip(u, f, strict=True)) for u, f in zip(rows["unique"], rows["frac"], strict=True)])

    elif way == "rasterstats":
        from rasterstats import zonal_stats  # a peer, and only here

        def call() -> NDArray[np.float64]:
            found = zonal_stats(zones, classes, categorical=True)
            return _spread([{k: n / max(sum(row.values()), 1) for k, n in row.items()} for row in found])

    else:

        def call() -> NDArray[np.float64]:
            return np.array([float(_read(raster)[0, 0])])

    once, shares = _timed(call, 1 if way == "rasterstats" else runs)
    return {way: {**once, "shares": shares.tolist()}}


def _ours_first(zones: gpd.GeoDataFrame, raster: Path) -> tuple[Coverage, NDArray[np.float64]]:
    with rasterio.open(raster) as opened:
        cells = Cells(opened.height, opened.width, opened.transform, CRS(_CRS))
    found = coverage(zones.geometry, cells)
    return found, _by_class(found, raster)


def _by_class(found: Coverage, raster: Path) -> NDArray[np.float64]:
    """Shares (zones, classes), on the way that a run takes."""
    with rasterio.open(raster) as opened:
        bounds = tuple(opened.bounds)
    numbers = read_hazard(Origin(raster), "hazard", bounds, CRS(_CRS)).values
    low, high, _ = class_ranges(_DEPTHS, numbers.dtype)
    return range_shares(found, numbers, low, high)[0]


def _spread(rows: list[dict[int, float]]) -> NDArray[np.float64]:
    return np.array([[row.get(code, 0.0) for code in range(1, len(_DEPTHS.names) + 1)] for row in rows])


def _read(raster: Path) -> NDArray[np.float32]:
    with rasterio.open(raster) as opened:
        values: NDArray[np.float32] = opened.read(1)
    return values


def _timed(call: Callable[[], T], runs: int) -> tuple[dict[str, float], T]:
    forget_peak()
    seconds = []
    for _ in range(runs):
        since = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - since)
    return {"seconds": statistics.median(seconds), "peak_mb": peak_mb()}, result


def _in_turn(
    bare: Callable[[], object], call: Callable[[], T], runs: int
) -> tuple[dict[str, float], dict[str, float], T]:  # fmt: skip
    """Two calls one after the other, several times, so that whatever else the machine does hits both."""
    pairs = []
    for _ in range(max(runs, 1)):
        once = _timed(bare, 1)[0]  # what it read is let go: both begin with the same memory free
        more, result = _timed(call, 1)
        pairs.append((once, more))
    alone, whole = ({name: statistics.median(p[i][name] for p in pairs) for name in pairs[0][i]} for i in (0, 1))
    return alone, whole, result


def _write(folder: Path, cells: int, zones: int) -> None:
    rng = np.random.default_rng(1)
    north = 3_110_000 + cells * _CELL_M
    coarse = rng.gamma(0.5, 0.4, (cells // 20 + 1, cells // 20 + 1)).astype(np.float32)
    values = np.kron(coarse, np.ones((20, 20), np.float32))[:cells, :cells]
    values += rng.integers(0, 8, values.shape, dtype=np.uint8) * np.float32(0.01)
    profile = {
        "driver": "GTiff", "height": cells, "width": cells, "count": 1, "dtype": "float32", "crs": _CRS, "tiled": True,
        "transform": Affine(_CELL_M, 0, 440_000, 0, -_CELL_M, north), "compress": "deflate",
    }  # fmt: skip
    with rasterio.open(folder / "depth.tif", "w", **profile) as made:
        made.write(values, 1)
    with rasterio.open(folder / "classes.tif", "w", **{**profile, "dtype": "uint8"}) as made:
        made.write(class_codes(values, _DEPTHS).astype("uint8"), 1)
    whole = shapely.box(440_000, 3_110_000, 440_000 + cells * _CELL_M, north)
    seeds = shapely.multipoints(rng.random((zones, 2)) * cells * _CELL_M + [440_000, 3_110_000])
    shapes = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=whole)), whole)
    frame = gpd.GeoDataFrame({"id": range(zones)}, geometry=shapely.segmentize(shapes, _CORNER_M), crs=_CRS)
    frame.to_parquet(folder / "zones.parquet")


def _child(way: str, folder: Path, runs: int) -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.zonal", "--one", way, str(folder), "--runs", str(runs)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr}")
    found: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _table(found: dict[str, dict[str, dict[str, Any]]]) -> str:
    rows = {name: row for way in found.values() for name, row in way.items()}
    ours, read = np.array(rows["linli, later rasters"]["shares"]), rows["reading, in turn with them"]["seconds"]
    lines = []
    for name, row in rows.items():
        shares = np.array(row["shares"])
        apart = f"{np.abs(shares - ours).max():.1e}" if shares.shape == ours.shape else ""
        lines.append((name, f"{row['seconds']:.2f}", f"{row['seconds'] / read:.2f}", f"{row['peak_mb']:,.0f}", apart))
    header = ("way", "seconds", "x reading", "peak MB", "farthest from ours")
    return aligned(header, lines, right=frozenset({1, 2, 3, 4}))


if __name__ == "__main__":
    main()
