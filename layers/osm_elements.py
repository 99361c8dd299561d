"""Which elements of an OSM extract are kept, as what, and with which tags (``rules/extract.toml``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from layers.tag_rules import Rule, Tags, TagTest, first_rule, keys_named, parse_rules, rule_file

RULE_FILES = ("walk", "traits", "public_space", "buildings", "obstacles", "basemap", "extract")
"""Files whose tests say which tags have to be kept."""
ASKED_FILES = ("walk", "traits", "extract")
"""Those among them that speak of what an element is kept as, and of walking."""
_ASKED_BY_CODE = frozenset({"area", "highway", "man_made", "incline", "width"})
AREA_RELATIONS = frozenset({"multipolygon", "boundary"})


@dataclass(frozen=True)
class ElementRules:
    """What the reader has to know about tags."""

    node_keys: tuple[str, ...]
    way_keys: tuple[str, ...]
    area_keys: tuple[str, ...]
    keep: frozenset[str]
    asked: frozenset[str]
    """Those among `keep` that decide what an element is kept as, and how it is walked."""
    longest_value: int
    line: tuple[Rule, ...]
    area: tuple[Rule, ...]
    point: tuple[Rule, ...]
    wide: Mapping[str, frozenset[str]]
    """Key -> values (``*``: any) of areas that may lie around a whole study without a point near it."""

    def keys(self) -> frozenset[str]:
        """Keys of which an element must have one to be looked at."""
        return frozenset((*self.node_keys, *self.way_keys, *self.area_keys))

    def kept(self, tags: Iterable[tuple[str, str]]) -> dict[str, str]:
        """The tags that some rule is interested in; values are cut at the longest that OSM allows."""
        return {key: value[: self.longest_value] for key, value in tags if key in self.keep}

    def is_line(self, tags: Tags) -> bool:
        """Whether a way is kept as a line. ``area=yes`` makes it an area only."""
        return tags.get("area") != "yes" and first_rule(tags, self.line) is not None

    def is_area(self, tags: Tags, *, from_relation: bool) -> bool:
        """Whether a closed way or relation is kept as an area."""
        if from_relation or tags.get("area") == "yes":
            return any(key in tags for key in self.area_keys)
        return first_rule(tags, self.area) is not None

    def outlines_area(self, tags: Tags) -> bool:
        """Whether a way with these tags means an area if it is closed."""
        return tags.get("area") != "no" and self.is_area(tags, from_relation=False)

    def is_point(self, tags: Tags) -> bool:
        """Whether a node is kept."""
        return first_rule(tags, self.point) is not None

    def made_from(self) -> tuple[str, ...]:
        """What an extract that is read by these rules depends on beside the packaged rule files, as texts."""
        tests = (f"{rule.include!r}" for rule in (*self.area, *self.point))
        return (",".join(sorted(self.keep)), ",".join((*self.node_keys, "/", *self.area_keys)), *tests)


def element_rules(extra_keys: frozenset[str] = frozenset(), spaces: tuple[Rule, ...] = ()) -> ElementRules:
    """The packaged rules, and what a study adds to them.

    Parameters
    ----------
    extra_keys
        Further keys whose tags are kept, of elements that are kept anyway.
    spaces
        Rules of a study that make an element a public space: what they include is kept as an area or a
        point, with every tag that they test.
    """
    packaged = _packaged()
    if not extra_keys and not spaces:
        return packaged
    named = frozenset(test.key for rule in spaces for part in _tests(rule) for test in part.keys)
    deciding = sorted({test.key for rule in spaces for test in rule.include.keys})
    # A loop of a footway is a way unless it says area=yes, which makes it an area whatever the rules.
    drawn = tuple(rule for rule in spaces if all(test.key != "highway" for test in rule.include.keys))
    return replace(
        packaged,
        node_keys=_with(packaged.node_keys, deciding),
        area_keys=_with(packaged.area_keys, deciding),
        keep=packaged.keep | extra_keys | named,
        asked=packaged.asked | frozenset(deciding),
        area=(*packaged.area, *drawn),
        point=(*packaged.point, *spaces),
        wide=_widened(packaged.wide, spaces),
    )


def _tests(rule: Rule) -> tuple[TagTest, ...]:
    return rule.include, rule.unless, rule.require


def _with(keys: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return (*keys, *(key for key in more if key not in keys))


def _widened(wide: Mapping[str, frozenset[str]], spaces: tuple[Rule, ...]) -> Mapping[str, frozenset[str]]:
    """With what a study takes for public space, as nobody knows how large that is there."""
    found = dict(wide)
    for test in (test for rule in spaces for test in rule.include.keys):
        found[test.key] = found.get(test.key, frozenset()) | (frozenset({"*"}) if test.open_ended else test.values)
    return found


@cache
def _packaged() -> ElementRules:
    """The packaged rules, parsed once."""
    table = rule_file("extract")
    asked: frozenset[str] = frozenset().union(*(keys_named(rule_file(name)) for name in ASKED_FILES))
    tested: frozenset[str] = frozenset().union(*(keys_named(rule_file(name)) for name in RULE_FILES))
    return ElementRules(
        node_keys=tuple(table["keys"]["node"]),
        way_keys=tuple(table["keys"]["way"]),
        area_keys=tuple(table["keys"]["area"]),
        keep=tested | frozenset(table["tags"]["keep"]),
        asked=asked | _ASKED_BY_CODE | frozenset(table["keys"]["area"]),
        longest_value=table["tags"]["longest_value"],
        line=parse_rules("extract", "line"),
        area=parse_rules("extract", "area"),
        point=parse_rules("extract", "point"),
        wide={key: frozenset(values) for key, values in table["wide"].items()},
    )
