"""Reading around a study in larger and larger files: ``python -m benchmarks.clipping STUDY.toml [--times 1 3 5]``.

The larger files are SYNTHETIC k x k copies of the study's extract, side by side with ids of their own; the study stays
in the first. Each file is read in a process of its own, and its peak of memory told with and without what Python and
the libraries take by themselves.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.enlarge import copy_osm
from benchmarks.meter import peak_mb, resident_mb
from benchmarks.reading import bare_pass
from layers.load import load
from layers.origins import Origin
from layers.sources.osm import read_osm
from layers.surroundings import Surroundings
from layers.types import Study
from linli.text_table import aligned

_TIMES = (1, 3, 5)
_HEADER = ("file", "MB", "bare pass s", "around the study s", "peak MB", "of them reading", "all of it s", "peak MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("--times", type=int, nargs="+", default=_TIMES, help="copies on each side")
    given = parser.parse_args()
    study = Study.read(given.study)
    box = Surroundings.of(load(study).communities.union_all())
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for k in given.times:
            path = Path(folder) / f"synthetic-{k}x{k}.osm.pbf"
            copy_osm(study.osm.origin.path, path, k)
            began = time.perf_counter()
            bare_pass(path)
            bare_s = time.perf_counter() - began
            near, everything = _apart(path, study, box), _apart(path, study, None)
            rows.append(
                (
                    f"{k} x {k}", f"{path.stat().st_size / 1e6:,.0f}", f"{bare_s:.1f}", f"{near['seconds']:.1f}",
                    f"{near['peak_mb']:,.0f}", f"{near['peak_mb'] - near['before_mb']:,.0f}",
                    f"{everything['seconds']:.1f}", f"{everything['peak_mb']:,.0f}",
                )
            )  # fmt: skip
    print("Reading around one study in SYNTHETIC copies of its extract")
    print(aligned(_HEADER, rows, right=frozenset(range(1, len(_HEADER)))))


def _apart(path: Path, study: Study, box: Surroundings | None) -> dict[str, float]:
    """Seconds and megabytes of one reading, in a process of its own."""
    sides = [] if box is None else [box.left, box.bottom, box.right, box.top]
    code = f"from benchmarks.clipping import measured; measured({str(path)!r}, {str(study.path)!r}, {sides!r})"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(told.stdout)
    return found


def measured(path: str, study: str, sides: list[float]) -> None:
    """Read, and print what it took as JSON."""
    crs = Study.read(study).crs
    before = resident_mb()
    began = time.perf_counter()
    read_osm(Origin(Path(path)), crs, keep=Surroundings(*sides) if sides else None)
    print(json.dumps({"seconds": time.perf_counter() - began, "before_mb": before, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
