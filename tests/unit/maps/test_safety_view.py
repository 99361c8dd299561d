"""What the map says of hazards, survival, refuge and single ways, on a town whose every number is made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from linli.safety_report import safety_text
from maps import palette
from maps.critical_view import critical_overlays, critical_part, matters
from maps.exposure_view import exposure_part, placed
from maps.hazard_view import class_colours, hazard_overlays
from maps.lasting_view import lasting_overlays, lasting_part, lasting_views, told_rules
from maps.refuge_view import USES, refuge_overlays, refuge_part, refuge_views
from maps.runfile import run_record
from maps.safety_lines import safety_lines
from maps.safety_words import HAZARD_CLASS_WORDS, SAFETY_WORDS
from maps.styles import styles
from maps.tables import published_tables
from maps.views import all_views
from tests.synthetic_results import NAN, build_results
from tests.synthetic_safety import FLOOD, GREEN, RAVINE, build_safety


@pytest.fixture
def results():
    return build_safety()


def test_a_study_without_any_of_it_has_none_of_it():
    bare = build_results()
    assert [part(bare, "en") for part in (exposure_part, lasting_part, refuge_part, critical_part)] == [None] * 4
    assert lasting_overlays(bare, "en") == refuge_overlays(bare, "en") == critical_overlays(bare, "en") == []
    assert safety_lines(bare, "en") == {}
    assert not {view.id for view in all_views(bare, "en")} & {"refuge"}
    assert not {"refuge", "survival", "critical"} & set(run_record(bare))


def test_words_take_the_same_values_in_both_languages():
    for key, texts in SAFETY_WORDS.items():
        english, chinese = ({field for _, field, _, _ in Formatter().parse(text) if field} for text in texts)
        assert english == chinese, key
        plain = [re.sub(r"\{\w+\}", "", text) for text in texts]
        assert re.search("[一-鿿]|^、$", plain[1]) or not re.search("[A-Za-z]{2}", plain[0]), key
    assert all(len(set(texts)) == 2 for texts in HAZARD_CLASS_WORDS.values())


# --------------------------------------------------------------------------- views


def test_communities_by_residents_without_a_place(results):
    (view,) = refuge_views(results, "en")
    # c1: 400 of them (100-499), c2: 100 (100-499), c3 unknown.
    assert view.classes == (2, 2, 5)
    assert view.counts == (0, 0, 2, 0, 0, 1)
    assert view.entries[5].pattern


def test_communities_by_who_loses_or_is_cut_off(results):
    views = {view.id: view for view in lasting_views(results, "en")}
    assert list(views) == [
        f"lasting {scenario} {profile} {rule}"
        for scenario in (FLOOD, RAVINE)
        for profile, rule in (GREEN, ("sdg-11.7.1", "people.400m"))
    ]
    assert views[f"lasting {FLOOD} {GREEN[0]} {GREEN[1]}"].classes == (2, 0, 5)  # 100, nobody, unknown
    assert views[f"lasting {RAVINE} {GREEN[0]} {GREEN[1]}"].classes == (0, 0, 5)
    derived = views[f"lasting {RAVINE} {GREEN[0]} {GREEN[1]}"]
    assert "derived, for screening" in derived.within
    assert any("judges nothing" in note for note in derived.notes)
    assert {view.group for view in views.values()} == {"lasting"}


def test_rules_under_which_all_fare_alike_are_told_once(results):
    tables = results.survival
    green = tables.units[tables.units["rule_id"] == "green.500m"]
    alike = pd.concat([green, green.assign(profile_id="sdg-11.7.1", rule_id="people.400m")])
    (told,) = told_rules(replace(results, survival=replace(tables, units=alike)))
    assert (told.profile_id, told.rule.id) == GREEN  # the one that judges is named
    assert told.title(FLOOD, "en") == "Green space within 500 m (the same under Open public space within 400 m)"


@pytest.mark.parametrize(("language", "ending"), [
    ("en", " (here: by any of these hazards)"), ("zh", "（此处指其中任一种灾害）")])  # fmt: skip
def test_a_rule_about_one_hazard_stands_for_any_of_them_while_all_last(results, language, ending):
    profile, *others = results.profiles
    green, *rules = profile.rules
    about_flood = replace(profile, rules=(replace(green, during="flood"), *rules))
    tables = results.survival
    together = replace(
        tables,
        units=pd.concat([tables.units, tables.units[tables.units["scenario_id"] == FLOOD].assign(scenario_id="combined")]),
        scenarios=pd.concat(
            [tables.scenarios, tables.scenarios[tables.scenarios["scenario_id"] == FLOOD].assign(scenario_id="combined")]
        ),
    )
    told = replace(results, profiles=(about_flood, *others), survival=together)
    labels = {view.id: (view.label, view.notes[0]) for view in lasting_views(told, language)}
    key = " ".join(GREEN)
    assert labels[f"lasting combined {key}"][0].endswith(ending)
    assert ending in labels[f"lasting combined {key}"][1]
    assert ending not in "".join(labels[f"lasting {FLOOD} {key}"])
    assert not labels["lasting combined sdg-11.7.1 people.400m"][0].endswith(ending)
    combined = lasting_part(told, language).parts[-1]
    assert sum(ending in shown.text for shown in combined.shown) == 1


# --------------------------------------------------------------------------- overlays


def test_refuges_are_discs_by_capacity_over_their_outlines(results):
    (overlay,) = refuge_overlays(results, "en")
    assert overlay.kinds == "ddddaaa"  # the idle one is mapped as a point
    names = [USES[look] for look in overlay.look]
    assert names == ["used", "idle", "shut", "overfull", "used", "shut", "overfull"]  # overfull on top
    used, idle, shut, overfull, *outlines = overlay.radius_px
    assert used > idle > overfull > shut
    # The area of a disc grows as the capacity: 4,000 to 1,000 is twice the growth of the radius.
    assert (used - shut) == pytest.approx(2 * (idle - shut), abs=0.1)
    assert outlines == [0.0, 0.0, 0.0]
    looks = [(look.colour, look.pattern) for look in overlay.looks]
    assert len({colour for colour, _ in looks}) == len({pattern for _, pattern in looks}) == 4
    assert overlay.texts[3] == (
        "Plaza Mayor", "listed",
        "Room for 500 residents; nearest to 600 residents; takes in 200 residents, half of them within a walk of 150 m.",
    )  # fmt: skip
    assert "too little" in overlay.texts[2][2]


def test_what_a_hazard_closes_has_one_box_a_scenario(results):
    flood, ravine = lasting_overlays(results, "en")
    assert (flood.label, ravine.label) == ("Flood band, 100 years", "Ravine bands (derived, for screening)")
    # Homes, then the smaller park, then streets; the playground is a point, lines across squares are left out.
    assert [flood.looks[look].label for look in flood.look] == ["homes cut off", "public space smaller", "closed streets"]
    assert flood.kinds == "aal"
    assert len(flood.features[2]) == 1
    assert flood.texts == (
        (), ("Plaza Mayor", "park", "4,000 m² of 10,000 m² is left", "1 of 2 ways in stay open"), (),
    )  # fmt: skip
    assert ravine.kinds == "l"


def test_hazards_are_shaded_by_class_and_derived_ones_hatched(results):
    flood, ravine = hazard_overlays(results, "en")
    assert [look.label for look in flood.looks] == ["wet", "over 15 cm"]
    assert flood.look == (0, 1)  # the stronger on top
    assert flood.note.startswith("Flood, official, once in 100 years, drains of 2023, classes by metres of water. A buffer")
    assert not flood.pattern
    assert (ravine.looks, ravine.pattern, ravine.label) == ((), "pattern-ravine_bands", "Ravine bands (derived, for screening)")
    assert [look.label for look in hazard_overlays(results, "zh")[0].looks] == ["有积水", "15 厘米以上"]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_stronger_classes_are_darker(count):
    role = build_results().study.hazards[0]
    shades = class_colours(role, count)
    light = [sum(int(shade[place : place + 2], 16) for place in (1, 3, 5)) for shade in shades]
    assert len(shades) == count
    assert light == sorted(light, reverse=True)
    assert len(set(shades)) == count


# --------------------------------------------------------------------------- panel


def test_the_finding_stands_below_the_folded_heading(results):
    parts = {part.title: part for part in (p(results, "en") for p in (exposure_part, lasting_part, refuge_part, critical_part))}
    assert [part.hint for part in parts.values()] == [
        "120 residents (10 %) live in it",  # the only layer that may judge
        "Flood band, 100 years: 150 residents would be cut off",
        "500 residents find no place within 500 m",
        "120 residents depend on a single way",
    ]


def test_the_refuge_part(results):
    part = refuge_part(results, "en")
    text = " ".join(part.texts)
    assert "700 of 1,200 residents (58.3 %) find a place within 500 m on foot" in text
    assert "400 residents have no refuge within that walk. 100 residents have one, but it is full." in text
    assert "3 of 4 places can take people in, 5,500 together; 1 would be asked for more than they hold, 1 lie" in text
    assert "800 would find one (100 more), walking 210 m on average instead of 200 m" in text
    overfull, shut, lasting, districts = part.parts
    assert lasting.texts == (
        (
            "Flood band, 100 years: of 1,200 residents who need a place, 600 find one and 480 find none. Another 120 "
            "live inside and have to leave before: 90 of them find a place if all go in time, 30 do not."
        ),
    )
    assert [(line.text, line.overlay, line.feature) for line in overfull.shown] == [
        ("Plaza Mayor: 600 residents have it nearest, room for 500", "refuge", 3)
    ]
    assert shut.texts == ("Outside of hazards too little of it is left: 1",)
    assert districts.texts == ("Plaza Mayor: 500 of 1,200",)
    assert part.shown[0].view == "refuge"


def test_who_is_unknown_while_a_hazard_lasts_and_refuges_beyond_the_border_are_told(results):
    during = results.refuge.needs_during.assign(without_far=400.0, unknown=20.0)
    sites = results.refuge.sites.assign(community_id=["c1", None, "c1", None])
    told = replace(results, refuge=replace(results.refuge, needs_during=during, sites=sites))
    english, chinese = refuge_part(told, "en"), refuge_part(told, "zh")
    assert "1 of the usable places lie beyond the border" in " ".join(english.texts), "the other takes nobody in"
    assert "可用场所中有 1 处位于各社区边界以外" in "".join(chinese.texts)
    assert english.parts[2].texts[0].endswith("30 do not. Of another 20 nobody knows.")
    assert chinese.parts[2].texts[0].endswith("30 名找不到。另有 20 名情况不明。")
    assert "beyond the border" not in " ".join(refuge_part(results, "en").texts)


def test_without_residents_nobody_says_who_comes(results):
    blank = results.refuge.sites.assign(use=None, asked=NAN, taken=NAN)
    part = refuge_part(replace(results, refuge=replace(results.refuge, sites=blank, needs=None)), "en")
    assert part.hint == "3 of 4 places can take people in, 5,500 together"
    assert part.texts[0] == "Who would come is not known, as residents are not."
    assert "places can take people in" not in " ".join(part.texts), "said once, in the hint"


def test_where_no_place_can_be_used_that_is_told_and_nobody_says_that_residents_are_unknown(results):
    none = results.refuge.sites.assign(use=None, status="too_small")
    part = refuge_part(replace(results, refuge=replace(results.refuge, sites=none)), "en")
    text = " ".join(part.texts)
    assert "0 of 4 places can take people in" in text
    assert "residents are not" not in text


def test_the_lasting_part_by_scenario(results):
    part = lasting_part(results, "en")
    flood, ravine = part.parts
    assert flood.texts[0] == (
        "1.3 km of streets closed; 1 public space under it whole, 1 in part; 2 of 3 ways in closed."
    )
    assert flood.texts[1].startswith("120 residents live inside and need refuge; 150 residents are cut off: these")
    assert flood.shown[1].text == (
        "Green space within 500 m: 610 residents keep it in reach; 100 lose reach, 70 of them cut off from "
        "every such place; 490 had none within the limit before, 80 of them cut off from every such place."
    )
    assert flood.shown[1].view == f"lasting {FLOOD} linli-start green.500m"
    assert ravine.title.endswith("(derived, for screening)")


def test_exposure_by_class_and_in_an_average_year(results):
    part = exposure_part(results, "en")
    (layers,) = part.parts
    assert layers.texts == (
        (
            "Flood band, 100 years (official): 120 residents; 4 buildings; 1,000 m² of public space; "
            "1.6 km of streets and paths; by class: wet 80, over 15 cm 40."
        ),
    )
    assert part.texts[0].startswith("In an average year 12 residents are exposed to flood, from events of 10 and 100 years")


ALONG = "placed along streets, where no home is mapped"


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, f", all of them {ALONG}"), (0.6, f", 72 of them {ALONG}"), (0.5, ""), (0.0, "")]
)
def test_a_number_of_residents_says_where_most_are_placed_along_streets(results, share, said):
    """Of 120 inside: on the panel, on its heading, on the card and on the terminal."""
    classes = results.exposure.classes
    classes = classes.assign(residents_imputed=share * classes["residents"])
    told = replace(results, exposure=replace(results.exposure, classes=classes))
    part = exposure_part(told, "en")
    assert part.hint == f"120 residents (10 %) live in it{said}"
    assert part.parts[0].texts[0].startswith(f"Flood band, 100 years (official): 120 residents{said}; 4 buildings;")
    card = safety_lines(told, "en")["c1"][0]
    assert card == f"Inside “Flood band, 100 years”: 120 residents (wet 80, over 15 cm 40){said}."
    terminal = " ".join(safety_text(told, "en").split())
    assert (f"Flood band, 100 years (official): 120 residents inside{said}." in terminal) == bool(said)
    assert ("沿街推定位置" in exposure_part(told, "zh").hint) == ("沿街推定位置" in safety_lines(told, "zh")["c1"][0]) == bool(said)


def test_one_resident_who_is_placed_along_a_street_is_told_of_as_one():
    rows = pd.DataFrame({"residents": [1.2], "residents_imputed": [1.0]})
    assert placed(rows, "en") == ", placed along a street, where no home is mapped"
    assert placed(rows * 0, "en") == placed(rows * NAN, "en") == ""


def test_pieces_in_a_row_are_one_matter(results):
    found = matters(results, *GREEN)
    assert [(matter.row, matter.more, matter.residents) for matter in found] == [(0, 1, 120.0), (3, 0, 90.0), (2, 0, 60.0)]
    (rule,) = critical_part(results, "en").parts
    assert rule.unfolded
    assert [line.text for line in rule.shown] == [
        "120 residents: Plaza Mayor, piece of way and 1 more that follows",
        "90 residents: Plaza Mayor, entrance",
        "60 residents: Plaza Mayor, bridge",
    ]
    links, entrances = (overlay for overlay in critical_overlays(results, "en") if overlay.features)
    # The worst is drawn last, and the line leads to it.
    assert (rule.shown[0].overlay, rule.shown[0].feature) == (links.id, 2)
    assert (rule.shown[1].overlay, rule.shown[1].feature) == (entrances.id, 0)
    assert (rule.shown[2].overlay, rule.shown[2].feature) == (links.id, 0)


# --------------------------------------------------------------------------- cards, record, QGIS


def test_where_everybody_who_loses_reach_loses_every_place_it_is_said_once(results):
    flood = lasting_part(results, "en").parts[0]
    assert "750 residents keep it in reach; 150 lose reach, all of them cut off from every such place; 300 had none within the limit before." in flood.shown[2].text
    flood = lasting_part(results, "zh").parts[0]
    assert "750 名居民保持可达；失去可达 150 名，均受困（任何同类场所均无法到达）；平日在限值内即无此类场所 300 名。" in flood.shown[2].text


def test_the_lines_of_a_card(results):
    lines = safety_lines(results, "en")
    assert lines["c1"] == (
        "Inside “Flood band, 100 years”: 120 residents (wet 80, over 15 cm 40).",
        (
            "While “Flood band, 100 years” lasts: 140 residents cut off from all open public space; "
            "100 residents lose reach: Green space within 500 m."
        ),
        (
            "400 of 1,000 find no refuge place within 500 m: 300 have none near, 100 find them full. "
            "Half of those who find one walk at most 180 m."
        ),
        "Protect or double, as 120 residents have no other way: Plaza Mayor, piece of way and 1 more that follows.",
    )
    assert lines["c2"][0] == "While “Flood band, 100 years” lasts: 10 residents cut off from all open public space."
    assert "140 名居民受困，无法到达任何开放公共空间；100 名居民失去可达" in safety_lines(results, "zh")["c1"][1]
    assert len(lines["c2"]) == 3
    assert "c3" not in lines  # nobody knows who lives there


def test_a_card_tells_of_whom_a_layer_says_nothing(results):
    """c1 has 120 inside and 30 unknown; of c2 nothing is known: a card without a line would read as safe."""
    classes, units = results.exposure.classes, results.survival.units
    of = {unit: (classes["unit_id"] == unit) & (classes["hazard_class"] == "unknown") for unit in ("c1", "c2")}
    classes = classes.assign(residents=classes["residents"].mask(of["c1"], 30.0).mask(of["c2"], 200.0))
    units = units.assign(residents_unknown=units["residents_unknown"].mask(units["unit_id"] == "c1", 25.0))
    told = replace(results, exposure=replace(results.exposure, classes=classes), survival=replace(results.survival, units=units))
    english, chinese = safety_lines(told, "en"), safety_lines(told, "zh")
    assert english["c1"][0] == (
        "Inside “Flood band, 100 years”: 120 residents (wet 80, over 15 cm 40); the layer does not say for 30 residents."
    )
    assert english["c2"][0] == "“Flood band, 100 years” does not say of 200 residents whether they live inside."
    assert english["c1"][1].endswith("Green space within 500 m. Of 25 residents it is not known.")
    assert chinese["c2"][0].endswith("未说明200 名居民是否位于其内。")
    nobody = units.assign(**{name: 0.0 for name in units if name.startswith("residents_lose")})
    cut = results.survival.cut_off.assign(residents_cut_off=0.0)
    alone = replace(told, survival=replace(results.survival, units=nobody, cut_off=cut))
    assert safety_lines(alone, "en")["c1"][1] == (
        "While “Flood band, 100 years” lasts: of 25 residents it is not known whether they keep reach: Green space within 500 m."
    )


def test_who_may_be_cut_off_is_told_beside_who_is(results):
    """Thirty of c1, of whom nobody knows: who is cut off is so many at least, on map, card and terminal."""
    survival = results.survival
    unknown = survival.scenarios["scenario_id"].eq("flood-t100") * 30.0
    of = survival.cut_off["scenario_id"].eq("flood-t100") & survival.cut_off["unit_id"].isin(["c1", "city"])
    cut = survival.cut_off.assign(residents_unknown=of * 30.0)
    scenarios = survival.scenarios.assign(residents_unknown=unknown)
    told = replace(results, survival=replace(survival, scenarios=scenarios, cut_off=cut))
    part = lasting_part(told, "en")
    assert part.hint == "Flood band, 100 years: at least 150 residents would be cut off"
    assert "; at least 150 residents are cut off: " in part.parts[0].texts[1]
    assert part.parts[0].texts[1].endswith(" Of 30 residents it is not known whether they are cut off.")
    assert "至少 150 名居民受困，即" in lasting_part(told, "zh").parts[0].texts[1]
    assert "it is not known" not in part.parts[1].texts[1]
    card, chinese = safety_lines(told, "en"), safety_lines(told, "zh")
    assert "lasts: at least 140 residents cut off from all open public space; " in card["c1"][1]
    assert card["c1"][1].endswith(" Of 30 residents it is not known whether they are cut off.")
    assert chinese["c1"][1].endswith("。30 名居民是否受困情况不明。")
    assert card["c2"][0].endswith("lasts: 10 residents cut off from all open public space.")
    terminal = " ".join(safety_text(told, "en").split())
    assert "at least 150 residents cut off, " in terminal
    assert "smaller. Of 30 residents it is not known whether they are cut off." in terminal
    assert [row["residents_unknown"] for row in run_record(told)["survival"]] == [30, 0]
    homes = survival.homes.iloc[:0]
    units = survival.units.assign(**{name: 0.0 for name in survival.units if name.startswith("residents_lose")})
    nobody = replace(survival, scenarios=scenarios, homes=homes, units=units, cut_off=cut.assign(residents_cut_off=0.0))
    alone = replace(results, survival=nobody)
    assert lasting_part(alone, "en").hint == "Nobody would be cut off for certain; of some it is not known"
    assert safety_lines(alone, "en")["c1"][1] == (
        "While “Flood band, 100 years” lasts: of 30 residents it is not known whether they are cut off."
    )


def test_run_json_tells_the_figures_of_the_city(results):
    record = run_record(results)
    assert record["refuge"]["sites"] == {"in_hazard": 1, "usable": 3}
    assert (record["refuge"]["placed"], record["refuge"]["placed_best"]) == (700, 800)
    assert [row["residents_cut_off"] for row in record["survival"]] == [150, 0]
    assert [row["closed_m"] for row in record["survival"]] == [1300, 100]
    assert record["critical"]["told"] == {"bridge": 1, "entrance": 1, "segment": 2}
    assert record["critical"]["worst"]["residents_lose"] == 120


def test_every_new_layer_is_drawn_in_qgis(results):
    tables = published_tables(results)
    by_table = {style.table: style for style in styles(results, tables) if style.default}
    for name in ("refuges", "refuges_points", "survival_ways", "survival_homes", "survival_spaces", "critical_links", "hazards"):
        rules = list(ET.fromstring(by_table[name].qml).iter("rule"))  # noqa: S314 - our own document
        assert rules, name
    ways = list(ET.fromstring(by_table["survival_ways"].qml).iter("rule"))  # noqa: S314
    assert [rule.get("checkstate") for rule in ways] == [None, "0"]  # only the worst is ticked
    hazards = [rule.get("label") for rule in ET.fromstring(by_table["hazards"].qml).iter("rule")]  # noqa: S314
    assert hazards == [
        "Flood band, 100 years (official): wet", "Flood band, 100 years (official): over 15 cm",
        "Ravine bands (derived, for screening)",
    ]  # fmt: skip
    aliases = {a.get("field"): a.get("name") for a in ET.fromstring(by_table["critical_links"].qml).iter("alias")}  # noqa: S314
    assert aliases["rank"] == "Place under its rule, 1 is worst · 同一规则下的排序，1 为最先"


def test_the_colours_of_refuges_differ_beyond_hue():
    assert set(palette.REFUGE) == set(USES)
    assert set(palette.REFUGE_PATTERN) == set(USES) - {"used"}
