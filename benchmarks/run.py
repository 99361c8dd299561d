"""``make bench``: prints the tables of all benchmarks. Asserts nothing about time: machines differ.

python -m benchmarks.run [--runs 3] [--largest 3]; ``--largest 1`` is the quick part: no enlargements
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.enlarge import enlarge
from linli.demo import PLACES, demo_study
from linli.text_table import aligned, number

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Run everything and print it as it comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is printed")
    parser.add_argument(
        "--largest", type=int, default=3, metavar="K", help="enlarge up to K x K copies; 1 leaves growth out"
    )
    options = parser.parse_args()
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"medians of {options.runs} runs\n"
    )
    for place in PLACES:
        study = demo_study(place)
        print(
            stages_text(place, [child("benchmarks.stages", study) for _ in range(options.runs)]), end="\n\n", flush=True
        )
        print(reading_text(place, child("benchmarks.reading", study)), end="\n\n", flush=True)
    compiling = child("benchmarks.compiling", demo_study(PLACES[0]))
    print(
        f"First snapping, contraction and search of a process: {compiling['cold_s']:.1f} s with nothing compiled yet, "
        f"{compiling['warm_s']:.1f} s ever after\n",
        flush=True,
    )
    beside = [sys.executable, "-m", "benchmarks.against", "--runs", str(options.runs)]
    subprocess.run([*beside, *(["--fast"] if options.largest == 1 else [])], cwd=ROOT, check=True)
    if options.largest > 1:
        subprocess.run([sys.executable, "-m", "benchmarks.growth"], cwd=ROOT, check=True)
        print(growth_text(options.largest))


def child(module: str, study: Path) -> Any:  # noqa: ANN401  JSON
    """What a benchmark prints, run in a process of its own so that peaks do not mix."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(study)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{module} {study} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def stages_text(place: str, runs: list[list[dict[str, Any]]]) -> str:
    """Time and memory of every step, and of each verb."""
    rows = []
    for steps in zip(*runs, strict=True):
        first = steps[0]
        rows.append((first["verb"], first["name"], _seconds(steps), number(max(step["peak_mb"] for step in steps))))
    whole = [sum(step["seconds"] for step in run) for run in runs]
    peak = max(step["peak_mb"] for run in runs for step in run)
    rows.append(("whole", "", f"{statistics.median(whole):.2f}", number(peak)))
    return f"{place}: every step\n" + aligned(("verb", "step", "seconds", "peak MB"), rows, right=frozenset({2, 3}))


def reading_text(place: str, run: dict[str, dict[str, float]]) -> str:
    """Reading the extract, beside the bare pass, and what is made of it, beside the reading."""
    bare = run["bare pass"]["seconds"]
    rows = [
        (name, f"{one['seconds']:.3f}", f"{one['seconds'] / bare:.1f}", number(one["mb"])) for name, one in run.items()
    ]
    header = ("step", "seconds", "x bare pass", "MB more")
    return f"{place}: the extract, read and made use of\n" + aligned(header, rows, right=frozenset({1, 2, 3}))


def growth_text(largest: int) -> str:
    """Processor seconds and peaks for k x k SYNTHETIC copies, and the exponent: 1 grows as the input does."""
    runs = {}
    with tempfile.TemporaryDirectory() as folder:
        for k in range(1, largest + 1):
            study = enlarge(demo_study("las-palmas"), k, Path(folder) / str(k))
            runs[k] = child("benchmarks.stages", study)
    rows = []
    for position, step in enumerate(runs[1]):
        seconds = [runs[k][position]["cpu_seconds"] for k in runs]
        peaks = [runs[k][position]["peak_mb"] for k in runs]
        rows.append(
            (
                step["verb"],
                step["name"],
                *(f"{value:.2f}" for value in seconds),
                _exponent(seconds),
                *(number(peak) for peak in peaks),
            )
        )
    header = ("verb", "step", *(f"{k}x{k} cpu s" for k in runs), "exponent", *(f"{k}x{k} MB" for k in runs))
    table = aligned(header, rows, right=frozenset(range(2, len(header))))
    return f"Growth, SYNTHETIC copies of Las Palmas (one run each): processor seconds ~ copies ** exponent\n{table}"


def _exponent(seconds: list[float]) -> str:
    """Slope of log seconds over log copies; steps too short to tell get none."""
    if max(seconds) < 0.2 or min(seconds) <= 0.0:
        return ""
    x = [math.log((k + 1) ** 2) for k in range(len(seconds))]
    return f"{statistics.linear_regression(x, [math.log(value) for value in seconds]).slope:.2f}"


def _seconds(steps: tuple[dict[str, Any], ...]) -> str:
    """Median over the runs."""
    return f"{statistics.median(step['seconds'] for step in steps):.2f}"


if __name__ == "__main__":
    main()
