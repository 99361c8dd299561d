"""Somebody with all published files of a run tries to find out about small groups (synthetic town; Las Palmas: golden).

Every protection is switched off by itself, and each time something gets out: none of them is there for nothing.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses import group_cells, groups, measure, privacy, remedies, severity, withheld
from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile import Profile
from layers.types import Layers, Provenance
from maps.publish import publish
from tests.group_attacker import Attack
from tests.small_groups_town import PEOPLE, PROFILE, K, _rule, small_town
from tests.town import units

AGE_BANDS = ("age0_14", "age15_39", "age15_64", "age65plus")
GROUPS = (*AGE_BANDS, "age60plus", "age80plus", "women", "men")
LEVELS = [("district", "city"), ("city",), ("community", "district", "city")]


def attacked(out, levels, layers: Layers | None = None, profile: Profile = PROFILE) -> Attack:
    layers = layers or small_town()
    results = assess(layers, [profile], parameters=Parameters(group_levels=levels))
    publish(results, out)
    told = [g for g in GROUPS if g in layers.residents]
    both = [some for some in (("women", "men"),) if set(some) <= set(told)]
    ages = [g for g in told if g in AGE_BANDS]
    within = [some for some in (("age80plus", "age60plus"),) if set(some) <= set(told)]
    return Attack(out, told, both, [ages] if len(ages) > 1 else [], nested=within)


def town_of(people: pd.DataFrame) -> Layers:
    """The same town with other residents; the totals of what was read stand in its provenance."""
    base = small_town()
    role = dataclasses.replace(base.study.residents, groups={name: name for name in people.columns[1:]})
    entry = Provenance("residents", "p.csv", "0", 1, "", "", "", {"rows_read": len(people), **people.sum().to_dict()})
    return dataclasses.replace(base, residents=people, study=dataclasses.replace(base.study, residents=role), provenance=(entry,))


def gets_out(out, levels, layers: Layers, people: pd.DataFrame = PEOPLE, profile: Profile = PROFILE) -> bool:
    """Whether the files contradict what is promised of them, or tell of a small group."""
    try:
        attack = attacked(out, levels, layers, profile)
        return bool(attack.win([*attack.hidden, *attack.small(people, K)], K))
    except AssertionError:
        return True


@pytest.mark.parametrize("levels", LEVELS)
def test_nothing_published_gives_a_small_group_away(tmp_path, levels):
    attack = attacked(tmp_path / "out", levels)
    targets = [*attack.hidden, *attack.small(PEOPLE, K)]
    assert attack.seen > 10, "there is something to work with"
    assert len(attack.small(PEOPLE, K)) == 3, "old people of A2, men of C1, and women there: all but four"
    assert attack.win(targets, K) == []


@pytest.mark.parametrize("levels", [LEVELS[0], LEVELS[2]])
def test_without_complementary_suppression_the_attacker_wins(tmp_path, levels, monkeypatch):
    def primary_alone(cells: privacy.Cells, k: float) -> np.ndarray:
        hidden = np.zeros(int(cells.item.max(initial=-1)) + 1, dtype=bool)
        hidden[cells.item[privacy.is_small(cells, k) & (cells.item >= 0)]] = True
        return hidden

    monkeypatch.setattr(withheld, "suppress", primary_alone)
    attack = attacked(tmp_path / "out", levels)
    assert attack.win([*attack.hidden, *attack.small(PEOPLE, K)], K)
    assert attack.hidden, "what is small itself is withheld"


def test_without_any_suppression_the_attacker_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr(withheld, "suppress", lambda cells, k: np.zeros(int(cells.item.max(initial=-1)) + 1, dtype=bool))
    attack = attacked(tmp_path / "out", LEVELS[0])
    assert attack.hidden == []
    assert attack.win(attack.small(PEOPLE, K), K)


NINE = PEOPLE.assign(age65plus=[3.0, 3.0, 3.0, 0.0, 0.0, 0.0])
"""Nine old people in all."""
WOMEN = PEOPLE[["population", "women"]]
"""All but four of C1 are women: who is not is a small group, though nobody counts it."""
AGES = pd.DataFrame(
    {
        "population": [90.0, 80.0, 60.0, 95.0, 88.0, 76.0],
        "age65plus": [40.0, 30.0, 22.0, 30.0, 25.0, 21.0],
        "age15_64": [45.0, 20.0, 15.0, 38.0, 30.0, 40.0],
        "age0_14": [4.0, 28.0, 20.0, 25.0, 31.0, 14.0],
    },
    index=PEOPLE.index,
)
"""Of A1 40 are old and 45 of working age: of 90 that leaves five to be children."""
AGES_AND_SEXES = pd.DataFrame(
    {
        "population": [100.0, 800.0, 600.0, 950.0, 880.0, 760.0],
        "age0_14": [50.0, 150.0, 120.0, 100.0, 140.0, 100.0],
        "age15_39": [45.0, 240.0, 111.0, 100.0, 120.0, 100.0],
        "age65plus": [3.0, 100.0, 100.0, 100.0, 100.0, 100.0],
        "women": [50.0, 400.0, 300.0, 475.0, 440.0, 380.0],
        "men": [50.0, 400.0, 300.0, 475.0, 440.0, 380.0],
    },
    index=PEOPLE.index,
)
"""Women and men make up all, so that all groups together are more than the residents; the ages still share nobody."""
OLD_AND_VERY_OLD = pd.DataFrame(
    {
        "population": [900.0, 800.0, 600.0, 950.0, 880.0, 760.0],
        "age60plus": [200.0, 150.0, 12.0, 0.0, 4.0, 0.0],
        "age80plus": [60.0, 40.0, 11.0, 0.0, 0.0, 0.0],
    },
    index=PEOPLE.index,
)
"""Of district B twelve are over 60 and eleven of them over 80: that leaves one between."""


def nothing_is_small(cells: privacy.Cells, k: float) -> np.ndarray:
    return np.zeros(len(cells.item), dtype=bool)


def few_alone(cells: privacy.Cells, k: float) -> np.ndarray:
    persons = cells.parts @ cells.unknowns
    return (persons > privacy.TRACE) & (persons < k - privacy.TRACE)


def none_known(counts, population=None):
    return []


def nobody_between(self, level, rules, of_hazards) -> None:
    return None


def told_whatever_is_withheld(totals, levels, names, group_levels, hidden):
    return RESIDENTS_OF_UNITS(totals, levels, names, group_levels, withheld.Withheld.nothing())


def figures_whatever_is_withheld(counted, levels, rules, group_levels, hidden):
    return FIGURES(counted, levels, rules, group_levels, withheld.Withheld.nothing())


def ranked_like_others(found, profiles, limits):
    everybody = [dataclasses.replace(p, rules=tuple(dataclasses.replace(r, who="population") for r in p.rules)) for p in profiles]
    return WITH_SEVERITY(found, everybody, limits)


RESIDENTS_OF_UNITS, FIGURES, WITH_SEVERITY = groups._residents, groups._figures, severity.with_severity
MUTATIONS = {
    "no group is small": (PEOPLE, LEVELS[0], [(privacy, "is_small", nothing_is_small)]),
    "the rest of the residents is no group": (WOMEN, LEVELS[0], [(privacy, "is_small", few_alone)]),
    "women and men are not known to be everybody": (PEOPLE, LEVELS[0], [(group_cells, "sums", none_known)]),
    "nobody is known to be young and old": (AGES, LEVELS[2], [(group_cells, "apart", none_known)]),
    "parts of persons are told": (PEOPLE, LEVELS[0], [(groups, "whole_persons", lambda parts: parts)]),
    "parts of persons are told of verdicts": (PEOPLE, LEVELS[0], [(measure, "whole_persons", lambda parts: parts + 0.25)]),
    "how many are unknown stands in a withheld verdict": (PEOPLE, LEVELS[0], [(groups, "_TELLS_NOTHING", (*groups._TELLS_NOTHING, "residents_unknown"))]),
    "the score stands in a withheld verdict": (PEOPLE, LEVELS[0], [(groups, "_TELLS_NOTHING", (*groups._TELLS_NOTHING, "score"))]),
    "the totals of what was read are told": (NINE, LEVELS[0], [(groups.PublicGroups, "told", lambda self, provenance: tuple(provenance))]),
    "verdicts are told as judged": (PEOPLE, LEVELS[0], [(groups.PublicGroups, "judged", lambda self, judged: judged)]),
    "only verdicts of their own cells are withheld": (PEOPLE, LEVELS[0], [(groups, "_hidden_verdicts", lambda about, levels, hidden: iter(()))]),
    "totals of units are told": (NINE, LEVELS[0], [(groups, "_residents", told_whatever_is_withheld)]),
    "who of them is served is told": (PEOPLE, LEVELS[0], [(groups, "_figures", figures_whatever_is_withheld)]),
    "gaps of groups have a rank": (AGES, LEVELS[0], [(remedies, "with_severity", ranked_like_others)]),
}
"""What is switched off, in which town, at which levels."""


@pytest.mark.parametrize("name", MUTATIONS)
def test_whichever_protection_is_switched_off_something_gets_out(tmp_path, monkeypatch, name):
    people, levels, changes = MUTATIONS[name]
    for where, what, instead in changes:
        monkeypatch.setattr(where, what, instead)
    assert gets_out(tmp_path / "out", levels, town_of(people), people)


NEARBY, ANYWHERE = (dataclasses.replace(PROFILE, rules=rules) for rules in (PROFILE.rules[:1], (_rule(4000, "population", "community"),)))
UNRELATED = {
    "ages are forgotten beside women and men": (AGES_AND_SEXES, LEVELS[2], NEARBY, [(group_cells, "apart", none_known), (group_cells, "nested", none_known)]),
    "who is over 80 is not known to be over 60": (OLD_AND_VERY_OLD, LEVELS[0], ANYWHERE, [(group_cells, "nested", none_known)]),
    "who is between 60 and 80 is no group": (OLD_AND_VERY_OLD, LEVELS[0], ANYWHERE, [(group_cells._Made, "protect_between", nobody_between)]),
}
"""The same of what readers know of how groups relate, under one rule, which tells more."""


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("name", UNRELATED)
def test_readers_know_how_groups_relate(tmp_path, monkeypatch, name, protected):
    people, levels, profile, changes = UNRELATED[name]
    for where, what, instead in () if protected else changes:
        monkeypatch.setattr(where, what, instead)
    assert gets_out(tmp_path / "out", levels, town_of(people), people, profile) is not protected


@pytest.mark.parametrize("levels", [LEVELS[0], LEVELS[2]])
@pytest.mark.parametrize("people", [NINE, WOMEN, AGES, OLD_AND_VERY_OLD], ids=["nine old people", "women alone", "three ages", "old and very old"])
def test_nothing_gets_out_of_other_towns_either(tmp_path, people, levels):
    assert not gets_out(tmp_path / "out", levels, town_of(people), people)


def test_where_a_gap_of_a_group_lies_is_told_for_all_residents() -> None:
    """Whether the women of district A live in A1 or in A2, the same homes, way and distance are told."""
    told = []
    for women in ([60.0, 0.0], [0.0, 60.0]):
        people = WOMEN.assign(women=[*women, 30.0, 50.0, 40.0, 40.0])
        found = assess(town_of(people), [PROFILE]).gaps.set_index(["unit_id", "rule_id"]).loc[("A", "green.150m.women")]
        told.append((found.geometry.normalize().wkt, found["nearest_space_id"], found["median_distance_m"]))
    assert told[0] == told[1]


def streets(residents_each: float) -> Parameters:
    """The parameters that a town is assessed with whose districts are called street offices."""
    base = town_of(PEOPLE)
    role = dataclasses.replace(base.study.parents[0], level="subdistrict")
    layers = dataclasses.replace(base, parents={"subdistrict": base.parents["district"]}, study=dataclasses.replace(base.study, parents=(role,)))
    found = assess(layers, [PROFILE], parameters=Parameters(group_level_residents=residents_each))
    told = found.parents.set_index("level").loc["subdistrict", "women_status"]
    assert (set(told) == {"not_published"}) is (found.parameters.group_levels == ("city",))
    assert set(found.groups["level"]) == set(found.parameters.group_levels)
    return found.parameters


def test_groups_are_told_of_units_that_are_large_enough_whatever_they_are_called() -> None:
    """489 residents in three of them: 163 each on average."""
    assert streets(163).group_levels == ("subdistrict", "city")
    assert streets(164).group_levels == ("city",)


def cut_through() -> tuple[Layers, pd.DataFrame]:
    """Two parents whose border runs through B2: one of its homes lies in each. And what is known of every home."""
    base = town_of(PEOPLE)
    parents = {"west": box(0, -100, 1750, 300), "east": box(1750, -100, 3000, 300)}
    layers = dataclasses.replace(base, parents={"district": units(parents, "unit_id")})
    x = base.buildings.geometry.centroid.x.to_numpy()
    community = base.buildings.index.str.partition("/").get_level_values(0)
    homes = pd.DataFrame({"community": community, "population": PEOPLE["population"].reindex(community).to_numpy() / 2, "district": np.where(x < 1750, "west", "east")})
    rows = assess(layers, [PROFILE])
    for rule, limit in (("green.150m.population", 150.0), ("green.500m.population", 500.0)):
        served = (rows.demand.set_index("demand_id")["distance_green_m"].reindex(base.buildings.index) <= limit).to_numpy(float)
        homes = homes.assign(**{f"{rule}/residents_served": served, f"{rule}/residents_short": 1 - served, f"{rule}/residents_unknown": 0.0})
    return layers, homes


@pytest.mark.parametrize("protected", [True, False])
def test_parents_that_cut_through_communities_give_nothing_away(tmp_path, monkeypatch, protected):
    """What lies on each side of a border that cuts a community tells of it; somebody who knows every home reads it."""
    if not protected:
        monkeypatch.setattr(withheld, "suppress", lambda cells, k: np.zeros(int(cells.item.max(initial=-1)) + 1, dtype=bool))
    layers, homes = cut_through()
    publish(assess(layers, [PROFILE]), tmp_path / "out")
    attack = Attack(tmp_path / "out", list(PEOPLE.columns[1:]), [("women", "men")], [("age65plus", "age0_14")], homes)
    assert attack.seen > 10
    assert bool(attack.win([*attack.hidden, *attack.small(PEOPLE, K)], K)) is not protected


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> Attack:
    """Of a town in which women fall short in every district, and that is told."""
    people = WOMEN.assign(women=[60.0, 0.0, 30.0, 50.0, 40.0, 40.0])
    return attacked(tmp_path_factory.mktemp("women") / "out", LEVELS[0], town_of(people))


def test_sentences_about_groups_are_read_and_tell_what_the_tables_tell(reader, monkeypatch):
    assert reader.spoken >= 8, "two numbers in the reason of each district, and two on the map"
    gaps = reader.tables["gaps"]
    monkeypatch.setitem(reader.tables, "gaps", gaps.assign(reason_en=gaps["reason_en"].str.replace(" of 60 residents", " of 170 residents")))
    with pytest.raises(AssertionError, match="170 stands in no table"):
        reader._words()


def test_what_the_map_says_of_groups_is_read(reader, tmp_path, monkeypatch):
    page = (reader.out / "map.html").read_text(encoding="utf-8")
    (tmp_path / "map.html").write_text(page.replace("155 residents not served", "156 residents not served"), encoding="utf-8")
    monkeypatch.setattr(reader, "out", tmp_path)
    with pytest.raises(AssertionError, match="156 stands in no table"):
        reader._page()


def test_a_withheld_figure_in_words_is_noticed(reader, monkeypatch):
    equity = reader.tables["equity"]
    assert (equity.loc[equity["subject"] == "women", "status"] != "told").any()
    monkeypatch.setitem(reader.tables, "equity", equity.assign(text_en="Four women are not served."))
    with pytest.raises(AssertionError, match="told in words"):
        reader._words()


def test_a_new_table_that_speaks_of_groups_is_refused(reader, monkeypatch):
    monkeypatch.setitem(reader.tables, "novel", pd.DataFrame({"who": ["women", "all"], "how_many": [4.0, 9.0]}).convert_dtypes())
    with pytest.raises(AssertionError, match="nobody has thought about it"):
        reader._nowhere_else()
