"""What holds for any profile and any town: drawn piece by piece, so that a case that fails shrinks to a few parks and one rule.

Profiles are drawn as text and read as any other, so that reader and judge are tested together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.assess import verdicts as judged_verdicts
from analyses.parameters import Parameters
from analyses.profile import Profile
from analyses.profile_reader import parse_profile
from layers.types import Layers
from tests.networks import network
from tests.town import buildings, hazards, spaces, study, town, units

FEW = settings(max_examples=8, deadline=None)
Facts = dict[str, object]
HEAD = 'schema = 1\nid = "drawn"\nissuer = "synthetic"\nyear = 2026\nstatus = "convention"\ntitle.en = "Drawn"\n'
FIGURES = ["value", "status", "reason", "shortfall", "residents_served", "residents_short", "residents_unknown"]
KEY = ["level", "unit_id", "rule_id"]


# --------------------------------------------------------------------------- profiles: facts in metres, then text

CLASSES = st.sampled_from(["park", "garden", "green", "open_public_space", "square"])
LEVELS = st.sampled_from(["community", "district", "city"])
AREA_M2 = st.integers(1, 40).map(lambda n: n * 100)
LIMIT_M = st.integers(1, 18).map(lambda n: n * 50)


def supplies(*, tiers: bool) -> st.SearchStrategy[Facts]:
    """Classes with a least size and width, and with `tiers` a largest size too."""
    bare = st.fixed_dictionaries(
        {"class": st.lists(CLASSES, min_size=1, max_size=2, unique=True)},
        optional={"min_area": AREA_M2, "min_width": st.integers(1, 30)},
    )
    if not tiers:
        return bare
    return st.tuples(bare, st.none() | AREA_M2).map(
        lambda drawn: drawn[0] if drawn[1] is None else {**drawn[0], "max_area": drawn[1] + int(drawn[0].get("min_area", 0))}  # type: ignore[call-overload]
    )


@st.composite
def reach(draw: st.DrawFn, *, tiers: bool) -> Facts:
    by = draw(st.sampled_from(["walk", "euclidean"]))
    options = draw(st.lists(st.tuples(supplies(tiers=tiers), LIMIT_M, st.integers(1, 2)), min_size=1, max_size=2))
    return {
        "kind": "reach", "level": draw(LEVELS), "target": draw(st.integers(1, 100)),
        "options": [{**supply, "within": limit, "by": by, "count": count} for supply, limit, count in options],
    }  # fmt: skip


@st.composite
def provision(draw: st.DrawFn, *, tiers: bool) -> Facts:
    supply, method = draw(supplies(tiers=tiers)), draw(st.sampled_from(["container", "within", "e2sfca"]))
    if method != "container":
        supply = {**supply, "within": draw(LIMIT_M), "by": draw(st.sampled_from(["walk", "euclidean"]))}
    if method == "e2sfca":
        supply["decay"] = draw(st.sampled_from(["gaussian", "dichotomous", "linear"]))
    return {"kind": "provision", "level": draw(LEVELS), "target": draw(st.integers(1, 8)), "supply": supply, "method": method}


EXPOSURE = st.fixed_dictionaries({"kind": st.just("exposure"), "level": LEVELS, "target": st.integers(0, 99)})
SITE = st.fixed_dictionaries({
    "kind": st.just("site"), "level": LEVELS, "target": st.integers(1, 100), "supply": supplies(tiers=True), "width": st.integers(10, 100),
})  # fmt: skip


def rules(*, tiers: bool = True) -> st.SearchStrategy[list[Facts]]:
    return st.lists(reach(tiers=tiers) | provision(tiers=tiers) | EXPOSURE | SITE, min_size=1, max_size=3)


@dataclasses.dataclass(frozen=True)
class Written:
    """In which units quantities are written: unit -> how many metres or square metres it is."""

    distance: tuple[str, int] = ("m", 1)
    area: tuple[str, int] = ("m2", 1)
    per_person: tuple[str, int] = ("m2/person", 1)

    def text(self, value: object, unit: tuple[str, int]) -> str:
        return f'"{Decimal(str(value)) / unit[1]:f} {unit[0]}"'


METRES = Written()
OTHERWISE = Written(("km", 1000), ("ha", 10_000), ("ha/1000 persons", 10))


def profile(drawn: Sequence[Facts], written: Written = METRES) -> Profile:
    return parse_profile(HEAD + "".join(_rule(f"r{n}", facts, written) for n, facts in enumerate(drawn)), "drawn")


def _rule(rule_id: str, facts: Facts, written: Written) -> str:
    kind, target = facts["kind"], facts["target"]
    amount = written.text(target, written.per_person) if kind == "provision" else f'"{target} %"'
    lines = [f'id = "{rule_id}"', f'kind = "{kind}"', f'level = "{facts["level"]}"', 'title.en = "Drawn"',
             f'target = {{ {"max" if kind == "exposure" else "min"} = {amount}, status = "convention" }}',
             'basis = { clause = "none", confidence = "high" }']  # fmt: skip
    if kind == "reach":
        lines.append(f"options = [{', '.join(_supply(option, written) for option in facts['options'])}]")  # type: ignore[attr-defined]
    elif kind == "exposure":
        lines.append('hazard = { kind = ["flood"] }')
    else:
        lines.append(f"supply = {_supply(facts['supply'], written)}")  # type: ignore[arg-type]
    if kind == "site":
        lines.append(f"test = {{ min_width = {written.text(facts['width'], written.distance)} }}")
    if kind == "provision":
        lines += ['per = "person"', f'method = "{facts["method"]}"']
    return "\n[[rule]]\n" + "\n".join(lines) + "\n"


def _supply(facts: Facts, written: Written) -> str:
    unit = {"min_area": written.area, "max_area": written.area, "min_width": written.distance, "within": written.distance}
    parts = [f"{key} = {written.text(value, unit[key])}" for key, value in facts.items() if key in unit]
    parts += [f'{key} = "{facts[key]}"' for key in ("by", "decay") if key in facts]
    parts += [f"count = {facts['count']}"] if "count" in facts else []
    classes = ", ".join(f'"{name}"' for name in facts["class"])  # type: ignore[attr-defined]
    return "{ " + ", ".join([f"class = [{classes}]", *parts]) + " }"


# --------------------------------------------------------------------------- towns

Place = tuple[str, int, int, int, int]
"""Class, column, row, width and depth, in steps of 20 m."""
PLACES = st.tuples(st.sampled_from(["park", "garden", "square"]), st.integers(0, 45), st.integers(-4, 12), st.integers(1, 5), st.integers(1, 4))


def shape(place: Place) -> object:
    _, column, row, width, depth = place
    return box(20 * column, 20 * row + 1, 20 * (column + width) - 2, 20 * (row + depth) - 1)


@st.composite
def towns(draw: st.DrawFn) -> Layers:
    """The town of tests/town.py with other homes, residents, places, districts, a lane and a flood."""
    homes = draw(st.lists(st.tuples(st.integers(1, 48), st.integers(1, 6)), min_size=1, max_size=5, unique_by=lambda h: h[0]))
    places = draw(st.lists(PLACES, max_size=4))
    people = draw(st.tuples(st.integers(0, 300), st.integers(0, 300)))
    lane, border, wet = draw(st.integers(0, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 40))
    flood = {"river": ("flood", "official", box(0, -100, 25 * wet, 26))}
    return dataclasses.replace(
        town(),
        study=study(flood),
        hazards=hazards(flood),
        residents=pd.DataFrame({"population": np.array(people, dtype=float)}, index=pd.Index(["East", "West"], name="community_id")),
        parents={"district": units({"Inner": box(0, -100, 100 * border, 300), "Outer": box(100 * border, -100, 1000, 300)}, "unit_id")},
        network=network([[(1, 0.0, 0.0), (2, 100.0 * lane, 0.0), (3, 1000.0, 0.0)] if lane else [(2, 0.0, 0.0), (3, 1000.0, 0.0)],
                         [(2, 100.0 * lane, 0.0), (4, 100.0 * lane, 280.0)]]),
        buildings=buildings({f"way/{n}": (box(20 * x, 20, 20 * x + 12, 32), float(s)) for n, (x, s) in enumerate(homes)}),
        spaces=spaces({f"way/{100 + n}": (place[0], shape(place)) for n, place in enumerate(places)}),
    )  # fmt: skip


def verdicts(layers: Layers, judged_by: Profile) -> pd.DataFrame:
    """Every unit under every rule, by level, unit and rule; nothing is made of them, which would take most of the time."""
    table = judged_verdicts(layers, [judged_by], parameters=Parameters(smallest_group=0)).assessments
    return table[table["profile_id"] == "drawn"].set_index(KEY)[FIGURES].sort_index()


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(left, right, atol=1e-6, rtol=1e-9)


# --------------------------------------------------------------------------- properties


@given(towns(), rules(), st.integers(0, 100))
@FEW
def test_raising_a_target_never_turns_short_into_met(layers: Layers, drawn: list[Facts], more: int) -> None:
    """Of a maximum, lowering it."""
    stricter = [
        {**f, "target": max(0, int(str(f["target"])) - more) if f["kind"] == "exposure"
         else int(str(f["target"])) + (more if f["kind"] == "provision" else min(more, 100 - int(str(f["target"]))))}
        for f in drawn
    ]  # fmt: skip
    before, after = verdicts(layers, profile(drawn)), verdicts(layers, profile(stricter))
    assert not ((before["status"] == "short") & (after["status"] == "met")).any()
    assert not ((after["status"] == "met") & (before["status"] != "met")).any()
    assert (after["shortfall"].fillna(0) >= before["shortfall"].fillna(0) - 1e-9).all()
    same(before[["value", "residents_served"]], after[["value", "residents_served"]])


@given(towns(), rules(tiers=False), PLACES)
@FEW
def test_another_place_never_worsens_reach_or_provision(layers: Layers, drawn: list[Facts], place: Place) -> None:
    """A place that stands by itself: one that is added to another's may be shared by more."""
    new = shape(place)
    assume(not layers.spaces.dwithin(new, 0.5).any())
    more = dataclasses.replace(layers, spaces=pd.concat([layers.spaces, spaces({"way/999": (place[0], new)})]))
    before, after = verdicts(layers, profile(drawn)), verdicts(more, profile(drawn))
    fair = [n for n, f in enumerate(drawn) if f["kind"] in ("reach", "provision")]
    kept = before.index.get_level_values("rule_id").isin([f"r{n}" for n in fair]) & before["value"].notna()
    assert (after.loc[kept, "value"] >= before.loc[kept, "value"] - 1e-9).all()
    assert not ((before.loc[kept, "status"] == "met") & (after.loc[kept, "status"] == "short")).any()
    assert (after.loc[kept, "residents_served"].fillna(0) >= before.loc[kept, "residents_served"].fillna(0) - 1e-9).all()


@given(towns(), rules(), st.randoms(use_true_random=False))
@FEW
def test_other_names_and_another_order_change_nothing(layers: Layers, drawn: list[Facts], chance) -> None:
    """Rows stand in the order of their names, as when they are loaded; buildings in any."""
    names = [f"way/{n}" for n in chance.sample(range(1000, 9000), len(layers.spaces))]
    order = chance.sample(range(len(layers.buildings)), len(layers.buildings))
    swapped = {"East": "Aa", "West": "Zz"} if chance.random() < 0.5 else {"East": "Zz", "West": "Aa"}
    other = layers.spaces.set_axis(pd.Index(names, name="space_id", dtype=layers.spaces.index.dtype)).assign(member_ids=names)
    renamed = dataclasses.replace(
        layers,
        communities=layers.communities.rename(index=swapped).sort_index(),
        residents=layers.residents.rename(index=swapped).sort_index(),
        buildings=layers.buildings.iloc[order],
        spaces=other.sort_index(),
    )
    after = verdicts(renamed, profile(drawn)).rename(index={new: old for old, new in swapped.items()}, level="unit_id")
    same(verdicts(layers, profile(drawn)), after.sort_index())


@given(towns(), rules())
@FEW
def test_the_people_of_a_parent_are_those_of_its_parts(layers: Layers, drawn: list[Facts]) -> None:
    found = verdicts(layers, profile(drawn)).reset_index()
    for n, facts in enumerate(drawn):
        if facts["kind"] not in ("reach", "exposure"):
            continue
        rows = found[found["rule_id"] == f"r{n}"]
        for name in ("residents_served", "residents_short", "residents_unknown"):
            sums = rows.groupby("level")[name].agg(lambda s: s.sum(skipna=False))
            # Of a unit without residents nothing is said, as there is nobody of whom to say it.
            of_people = rows[name].fillna(0).groupby(rows["level"]).sum()
            assert of_people["community"] == pytest.approx(of_people["city"], abs=1e-6)
            assert of_people["district"] == pytest.approx(of_people["city"], abs=1e-6)
            assert sums.notna().any() or layers.residents["population"].sum() == 0
        own = rows[(rows["level"] == "community") & rows["residents_served"].notna()].set_index("unit_id")
        parts = own["residents_served"] + own["residents_short"] + own["residents_unknown"]
        np.testing.assert_allclose(parts, layers.residents["population"].reindex(own.index), atol=1e-6)


@given(towns(), rules())
@FEW
def test_the_unit_in_which_a_quantity_is_written_changes_nothing(layers: Layers, drawn: list[Facts]) -> None:
    """500 m is 0.5 km, 5000 m2 is 0.5 ha, 8 m2/person is 0.8 ha/1000 persons."""
    same(verdicts(layers, profile(drawn)), verdicts(layers, profile(drawn, OTHERWISE)))


def test_what_is_drawn_is_not_trivial() -> None:
    """The properties would prove little if all verdicts were alike."""
    seen: list[tuple[str, str]] = []

    @given(towns(), rules())
    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    def collect(layers: Layers, drawn: list[Facts]) -> None:
        table = verdicts(layers, profile(drawn)).reset_index()
        kinds = {f"r{n}": str(f["kind"]) for n, f in enumerate(drawn)}
        seen.extend(zip(table["rule_id"].map(kinds), table["status"], strict=True))

    collect()
    for kind in ("reach", "provision", "exposure", "site"):
        assert {status for of, status in seen if of == kind} >= {"met", "short", "reported"}, kind
