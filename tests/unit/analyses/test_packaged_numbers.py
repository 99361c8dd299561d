"""Every number, clause and reading of the profiles that ship, a second time: compared with the sources line by line.

What a rule asks is written in one line, in metres, square metres, seconds, % and m2 per person: the supply with its
least (>=, counts) and largest size (<, does not), its width and limit; options joined by "or"; how it is reached or
shared out; who, if not all residents; the level, if not the community; the hazard while it has to hold, and the dimension
if it is not the usual one; the target with its side and status; where it is lower; then [clause], confidence, force and
how far it was read. A number that is changed in a profile has to be changed here too, by somebody who looked it up.
"""

from __future__ import annotations

import pytest

from analyses.profile import Option, Rule, Supply
from analyses.profile_reader import known_profiles, packaged_profile
from analyses.rule_keys import USUAL_DIMENSION

STATED: dict[str, dict[str, str]] = {
    "3-30-300": {
        "trees.3": "3 x tree 25 m, euclidean, min 100 derived, [rule 1] medium convention secondary",
        "canopy.30": "tree_canopy, container per land_area, min 30 official, [rule 2] high convention secondary",
        "green.300": "green >=5000 300 m, walk, min 100 derived, [rule 3; size from WHO Europe 2017] medium convention secondary",
    },
    "england-ags": {
        "doorstep": "green >=5000 200 m, walk, min 100 derived, [Green Infrastructure Standards v1.1, p. 33] high - secondary",
        "local": "green >=20000 300 m, walk, min 100 official, [Green Infrastructure Standards v1.1, p. 33] high - secondary",
        "neighbourhood": "green >=100000 1000 m, walk, min 100 official, [Green Infrastructure Standards v1.1, p. 33] high - secondary",
        "wider": "green >=200000 2000 m, walk, min 100 official, [Green Infrastructure Standards v1.1, p. 33] high - secondary",
        "district": "green >=1e+06 5000 m, cycle, min 100 official, [Green Infrastructure Standards v1.1, p. 33] high - secondary",
        "subregional": "green >=5e+06 10000 m, cycle, min 100 official, [Green Infrastructure Standards v1.1, p. 33] high - secondary",
        "capacity": "green, container per person, city, min 30 official, [capacity criterion] high - secondary",
        "nature_reserve": "nature_reserve, container per person, city, min 10 derived, [Local Nature Reserves, as in the older ANGSt] medium - secondary",
    },
    "fields-in-trust": {
        "sport_and_play": "sports_ground+playground, container per person, city, min 24 official, [six acres per 1000 residents] high - secondary",
        "sport.area": "sports_ground, container per person, city, min 16 derived, [table of quantities per 1000 residents] medium - memory",
        "play.area": "playground, container per person, city, min 2.5 derived, [table of quantities per 1000 residents] medium - memory",
        "parks.area": "park+garden, container per person, city, min 8 derived, [table of quantities per 1000 residents] medium - memory",
        "natural.area": "woodland+nature_reserve, container per person, city, min 18 derived, [table of quantities per 1000 residents] medium - memory",
        "sport.1200m": "sports_ground 1200 m, walk, min 100 derived, [table of walking distances] medium - memory",
        "play.100m": "playground 100 m, walk, min 100 derived, [table of walking distances] medium - memory",
        "play.400m": "playground 400 m, walk, min 100 derived, [table of walking distances] medium - memory",
        "play.1000m": "playground 1000 m, walk, min 100 derived, [table of walking distances] medium - memory",
        "parks.710m": "park+garden 710 m, walk, min 100 derived, [table of walking distances] medium - memory",
        "natural.720m": "woodland+nature_reserve 720 m, walk, min 100 derived, [table of walking distances] medium - memory",
    },
    "garden-city-2022": {
        "coverage": "park+garden >=5000 500 m or park+garden >=400 <5000 300 m, euclidean, residential_land, city, min 90 official, [list of indicators, service-radius coverage of parks and green activity grounds] medium target memory",
    },
    "gb21734-2008": {
        "area.per_person": "shelter >=2000, container per person, city, min 1.5 derived, [5.4] high - secondary",
    },
    "gb50180-2018": {
        "park.5min": "park >=4000 wide 30 300 m, walk, min 100 derived, [Table 3.0.4 and Table 4.0.4] high recommended memory",
        "park.10min": "park >=10000 wide 50 500 m, walk, min 100 derived, [Table 3.0.4 and Table 4.0.4] high recommended secondary",
        "park.15min": "park >=50000 wide 80 1000 m, walk, min 100 derived, [Table 3.0.4 and Table 4.0.4 (800-1000 m)] high recommended memory",
        "green.5min": "park >=4000 <10000 wide 30 300 m, walk, e2sfca dichotomous per person, min 1 derived, renewal 0.7, [Table 4.0.4; 4.0.5] high mandatory memory",
        "green.10min": "park >=10000 <50000 wide 50 500 m, walk, e2sfca dichotomous per person, min 1 derived, renewal 0.7, [Table 4.0.4; 4.0.5] high mandatory secondary",
        "green.15min": "park >=50000 wide 80 1000 m, walk, e2sfca dichotomous per person, min 2 derived, renewal 0.7, [Table 4.0.4; 4.0.5] high mandatory secondary",
        "park.sport_share": "park >=4000 wide 30, has sports_ground 0.1-0.15, min 100 derived, [Table 4.0.4, note] high mandatory secondary",
        "facility.junior_secondary": "junior_secondary 1000 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.sports_large": "sports_ground >=3150 1000 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.cultural_centre": "cultural_centre 1000 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.health_centre": "health_centre 1000 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.service_centre": "service_centre 1000 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.primary_school": "primary_school 500 m, walk, min 100 derived, [Appendix B and C, service radius] high recommended secondary",
        "facility.sports_medium": "sports_ground >=1310 500 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.market": "market 500 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.kindergarten": "kindergarten 300 m, walk, min 100 derived, [Appendix B and C, service radius] high recommended secondary",
        "facility.cultural_station": "cultural_station 500 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.sports_small": "sports_ground >=770 300 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.fitness": "sports_ground >=150 300 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.service_station": "service_station 300 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.elderly_daycare": "elderly_daycare 300 m, walk_elderly, age60plus, city, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
        "facility.health_station": "health_station 300 m, walk, min 100 derived, [Appendix B and C, service radius] medium recommended memory",
    },
    "gb51143-2015": {
        "area.emergency": "shelter, container per person, city, min 0.5 derived, [Table 3.1.10] medium - memory",
        "area.temporary": "shelter temporary, container per person, city, min 1 derived, [Table 3.1.10] high - secondary",
        "area.short": "shelter short, container per person, city, min 0.3 derived, [Table 3.1.10; 15 % of SPEC 4.2.2] high - secondary",
        "area.medium": "shelter medium, container per person, city, min 0.45 derived, [Table 3.1.10; 15 % of SPEC 4.2.2] high - secondary",
        "area.long": "shelter long, container per person, city, min 0.675 derived, [Table 3.1.10; 15 % of SPEC 4.2.2] medium - memory",
        "reach.emergency": "shelter 500 m, walk, min 100 derived, [table of responsibility areas] medium - memory",
        "reach.short": "shelter short >=2000 1000 m, walk, min 100 derived, [table of responsibility areas] medium - memory",
        "reach.medium": "shelter medium >=10000 1500 m, walk, min 100 derived, [table of responsibility areas] medium - memory",
        "reach.long": "shelter long >=50000 2500 m, walk, min 100 derived, [table of responsibility areas] medium - memory",
    },
    "gb55014-2021": {
        "park.per_person": "park+garden, container per person, city, min 8 official, [2.1.3] high mandatory secondary",
        "park.comprehensive": "park >=100000, container per person, city, min 3 derived, [2.1.4] high mandatory secondary",
        "park.community": "park >=10000 <100000, container per person, city, min 3 derived, [2.1.4] high mandatory secondary",
        "park.coverage": "park+garden >=5000 500 m or park+garden >=400 <5000 300 m, euclidean, residential_land, city, min 80 derived, [2.1.3; bands of the garden-city criteria 2022] medium mandatory memory",
        "park.residents_straight": "park+garden >=5000 500 m or park+garden >=400 <5000 300 m, euclidean, [our counterpart of 2.1.3] medium convention memory",
        "park.residents_walk": "park+garden >=5000 500 m or park+garden >=400 <5000 300 m, walk, [our counterpart of 2.1.3] medium convention memory",
    },
    "gbt50563-2010": {
        "coverage": "park+garden >=5000 500 m, euclidean, residential_land, city, [service-radius coverage of parks] medium recommended memory",
        "coverage.historic": "park+garden >=1000 300 m, euclidean, residential_land, city, [service-radius coverage of parks, historic districts] medium recommended memory",
    },
    "gbt51327-2018": {
        "residential.least": "shelter outside flood, container per person, min 0.45 derived, [5.3.4] medium recommended secondary",
        "block.least": "shelter outside flood, container per person, min 0.2 derived, [5.3.4] medium recommended secondary",
        "dense.temporary": "shelter temporary, container per person, city, min 1 derived, dense 0.8, [Table 5.4.4-1 and note] medium recommended secondary",
        "dense.short": "shelter short, container per person, city, min 0.3 derived, dense 0.75, [Table 5.4.4-1 and note; 15 % of SPEC 4.2.2] medium recommended secondary",
    },
    "gbt51346-2019": {
        "coverage.500m": "park+garden 500 m, euclidean, residential_land, city, [A.0.3; 4.3.3] high recommended secondary",
        "park.district": "park+garden, container per person, district, min 7 official, [4.4.3] high recommended secondary",
        "comprehensive.10ha": "park+garden >=100000 <200000 2000 m, euclidean, [Table 4.4.7] high recommended secondary",
        "comprehensive.20ha": "park+garden >=200000 <500000 3000 m, euclidean, [Table 4.4.7] high recommended secondary",
        "community.5ha": "park+garden >=50000 <100000 1000 m, euclidean, [Table 4.4.7] high recommended secondary",
        "community.1ha": "park+garden >=10000 <50000 500 m, euclidean, [Table 4.4.7] high recommended secondary",
        "small.0.4ha": "park+garden >=4000 <10000 300 m, euclidean, [Table 4.4.7] high recommended secondary",
        "small.0.2ha": "park+garden >=2000 <4000 300 m, euclidean, [Table 4.4.7] high recommended secondary",
        "small.0.1ha": "park+garden >=1000 <2000 300 m, euclidean, [Table 4.4.7, note 1] high recommended secondary",
        "community.5ha_area": "park+garden >=50000 <100000, container per person, city, min 2 derived, [Table 4.4.7] high recommended secondary",
        "community.1ha_area": "park+garden >=10000 <50000, container per person, city, min 1 derived, [Table 4.4.7] high recommended secondary",
        "small.0.4ha_area": "park+garden >=4000 <10000, container per person, city, min 1 derived, [Table 4.4.7] high recommended secondary",
    },
    "ghsci-500": {
        "open.500m": "open_public_space 500 m, walk, [indicator of access to any public open space] high indicator standard",
        "open.500m_large": "open_public_space >=15000 500 m, walk, [indicator of access to large public open space] high indicator standard",
    },
    "linli-start": {
        "green.500m": "green >=5000 500 m, walk, min 80 convention, [our own choice; 500 m and 80 % are customary in service-radius coverage] medium - -",
        "open.400m": "open_public_space 400 m, walk, min 90 convention, [our own choice; 400 m as in SDG 11.7.1] medium - -",
        "green.per_person": "green, container per person, district, min 5 convention, [our own choice] medium - -",
        "hazard.flood_coastal": "in flood+coastal, max 5 convention, [our own choice] medium - -",
    },
    "linli-survival": {
        "open.flood": "open_public_space 400 m, walk, during flood, min 80 convention, [our own choice; 400 m as in linli-start] medium convention -",
        "open.waterlogging": "open_public_space 400 m, walk, during waterlogging, min 80 convention, [our own choice; 400 m as in linli-start] medium convention -",
        "open.coastal": "open_public_space 400 m, walk, during coastal, min 80 convention, [our own choice; 400 m as in linli-start] medium convention -",
        "open.landslide": "open_public_space 400 m, walk, during landslide, min 80 convention, [our own choice; 400 m as in linli-start] medium convention -",
        "way.flood": "open_public_space 5000 m, walk, during flood, min 95 convention, [our own choice; 5 km is as far as this program searches] medium convention -",
        "way.waterlogging": "open_public_space 5000 m, walk, during waterlogging, min 95 convention, [our own choice; 5 km is as far as this program searches] medium convention -",
        "way.coastal": "open_public_space 5000 m, walk, during coastal, min 95 convention, [our own choice; 5 km is as far as this program searches] medium convention -",
        "way.landslide": "open_public_space 5000 m, walk, during landslide, min 95 convention, [our own choice; 5 km is as far as this program searches] medium convention -",
        "area.flood": "green outside flood, container per person, city, of survival, min 5 convention, [our own choice; 5 m2 as in linli-start] medium convention -",
        "area.waterlogging": "green outside waterlogging, container per person, city, of survival, min 5 convention, [our own choice; 5 m2 as in linli-start] medium convention -",
        "area.coastal": "green outside coastal, container per person, city, of survival, min 5 convention, [our own choice; 5 m2 as in linli-start] medium convention -",
        "area.landslide": "green outside landslide, container per person, city, of survival, min 5 convention, [our own choice; 5 m2 as in linli-start] medium convention -",
    },
    "sdg-11.7.1": {
        "people.400m": "open_public_space 400 m, walk, [metadata 11-07-01, population with access] medium - secondary",
        "land.share": "open_public_space+street, container per built_up_area, city, [metadata 11-07-01, method of computation] high - secondary",
    },
    "shanghai-2035": {
        "open.5min": "park+garden+square >=400 300 s, walk, min 90 derived, [target for 2035, access to parks and squares of 400 m2 or more] medium target memory",
    },
    "tpl-10min": {
        "park.halfmile": "green 804.672 m, walk, [ParkServe methodology] high indicator standard",
    },
    "urban-checkup-2022": {
        "park.coverage": "park+garden >=5000 500 m or park+garden >=2000 <5000 300 m, euclidean, residential_land, city, [list of indicators, service-radius coverage of parks] medium indicator secondary",
        "greenway.coverage": "greenway 1000 m, euclidean, residential_land, city, [list of indicators, service-radius coverage of greenways] medium indicator secondary",
    },
    "waterlogging-15cm": {
        "depth.15cm": "in waterlogging deep 0.15, max 0 derived, [GB 51222-2017; GB 50014 (2014 amendment and later)] high - secondary",
    },
    "who-2016": {
        "green.300m_1ha": "green >=10000 300 m, euclidean, [Urban green spaces and health (2016), indicator of accessibility] medium indicator memory",
    },
    "who-300": {
        "green.300m_straight": "green >=5000 300 m, euclidean, min 100 derived, [Urban green spaces: a brief for action (2017)] medium - memory",
    },
}  # fmt: skip


def supply(asked: Supply) -> str:
    sizes = [(">={:g}", asked.min_area_m2), ("<{:g}", asked.max_area_m2), ("wide {:g}", asked.min_width_m)]
    outside = [f"outside {asked.outside_hazard}"] if asked.outside_hazard else []
    return " ".join(["+".join(asked.classes), *([asked.grade] if asked.grade else []), *(form.format(size) for form, size in sizes if size is not None), *outside])


def option(of: Option | Rule) -> str:
    assert of.supply is not None
    limits = [("{:g} m", of.within_m), ("{:g} s", of.within_s)]
    times = f"{of.count} x " if of.count > 1 else ""
    return times + " ".join([supply(of.supply), *(form.format(limit) for form, limit in limits if limit is not None)])


def hazard(rule: Rule) -> str:
    depth = "" if rule.min_depth_m is None else f" deep {rule.min_depth_m:g}"
    period = "" if rule.return_period_yr is None else f" every {rule.return_period_yr:g} years"
    return f"in {'+'.join(rule.hazard_kinds)}{depth}{period}"


def stated(rule: Rule) -> str:
    """What a rule asks, in one line."""
    parts = [hazard(rule) if rule.kind == "exposure" else " or ".join(option(each) for each in rule.each)]
    parts += [rule.by] if rule.limit is not None else []
    parts += [" ".join(part for part in (rule.method, rule.decay, f"per {rule.per}") if part)] if rule.per else []
    parts += [f"has {rule.test.share_of} {rule.test.min_share:g}-{rule.test.max_share:g}"] if rule.test else []
    parts += [rule.who] if rule.who not in ("population", "land", "spaces") else []
    parts += [rule.level] if rule.level != "community" else []
    parts += [f"during {rule.during}"] if rule.during else []
    usual = "survival" if rule.during else "refuge" if rule.about_shelter else USUAL_DIMENSION[rule.kind]
    parts += [f"of {rule.dimension}"] if rule.dimension != usual else []
    if rule.target:
        parts.append(f"{'max' if rule.target.minimum is None else 'min'} {rule.target.value:g} {rule.target.status}")
    parts += [f"{each.when} {each.factor:g}" for each in rule.relax]
    basis = rule.basis
    return ", ".join([*parts, f"[{basis.clause['en']}] {basis.confidence} {basis.force or '-'} {basis.read or '-'}"])


@pytest.mark.parametrize("name", known_profiles())
def test_every_rule_asks_what_its_source_says(name: str) -> None:
    assert {rule.id: stated(rule) for rule in packaged_profile(name).rules} == STATED[name]
