"""Which OSM ways and areas a pedestrian may use, and in which direction (``rules/walk.toml``)."""

from __future__ import annotations

from functools import cache

from layers.tag_rules import Rule, Tags, parse_rules


@cache
def _rules(key: str) -> tuple[Rule, ...]:
    return parse_rules("walk", key, ("walkable", "forward", "backward"))


def way_rule(tags: Tags) -> Rule | None:
    """The rule that decides about a way: the first that includes it and is not stopped by its `unless`.

    None if no rule speaks of it. ``rule.settings["walkable"]`` is the decision.
    """
    for rule in _rules("way"):
        if rule.include.all_match(tags) and rule.refusal(tags) is None:
            return rule
    return None


def walkable(tags: Tags) -> bool:
    """Whether a pedestrian may use a way with these tags."""
    rule = way_rule(tags)
    return rule is not None and bool(rule.settings["walkable"])


def crossable_area(tags: Tags) -> bool:
    """Whether a pedestrian may cross an area with these tags in any direction."""
    rule = way_rule(tags)
    if rule is not None or "highway" in tags:
        return rule is not None and bool(rule.settings["walkable"])
    return any(rule.include.all_match(tags) and rule.refusal(tags) is None for rule in _rules("area"))


def directions(tags: Tags) -> tuple[bool, bool]:
    """Whether the way may be walked along, and against, the direction in which it is drawn."""
    forward = backward = True
    for rule in _rules("direction"):
        if rule.include.all_match(tags):
            forward = forward and bool(rule.settings.get("forward", True))
            backward = backward and bool(rule.settings.get("backward", True))
    return forward, backward
