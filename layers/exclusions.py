"""What was not taken for public space, and why: the counts of `public_spaces` as a table that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pandas as pd

from layers.space_rules import PublicSpaceRules, Restriction, SpaceClass, space_rules
from layers.tag_rules import Rule

EXCLUSION_COLUMNS = ("rule", "space_class", "why", "count", "because", "because_zh")
CUT_OUT = "cut_out"
_Reason: TypeAlias = Rule | SpaceClass | Restriction | None


def exclusions(counts: Mapping[str, int], rules: PublicSpaceRules | None = None) -> pd.DataFrame:
    """What the rules of public space left out of an extract.

    Parameters
    ----------
    counts
        As `layers.public_space.public_spaces` gives them, among others or not.
    rules
        Those that were applied; None: the packaged ones.

    Returns
    -------
    DataFrame
        `EXCLUSION_COLUMNS`, one row a rule and reason, the most frequent first: ``rule`` that spoke of the elements
        (of what was cut out of a space, ``hole.<name>``), ``space_class`` that they would have had (empty: never
        public), ``why`` (a tag key, ``never``, ``not_stated``, ``on_<ground>``, ``too_small``, ``too_narrow``,
        ``nothing_left`` or ``cut_out``), ``count`` [elements], and the reason in English and Chinese (of a study's own
        rule the study's words, the Chinese empty if it gives none).
    """
    rules = space_rules() if rules is None else rules
    rows = []
    for key, count in counts.items():
        what, _, rest = key.partition(".")
        if what == "excluded" and count:
            rule, _, why = rest.partition(".")
            rows.append(_row(rules, rule, why, count))
        elif what == "holes" and count:
            reason = next((r for r in rules.holes if r.name == rest), None)
            rows.append((f"hole.{rest}", "", CUT_OUT, count, *_texts(reason)))
    frame = pd.DataFrame(rows, columns=list(EXCLUSION_COLUMNS)).astype({"count": int})
    return frame.sort_values(["count", "rule", "why"], ascending=[False, True, True]).reset_index(drop=True)


def _row(rules: PublicSpaceRules, name: str, why: str, count: int) -> tuple[str, str, str, int, str, str]:
    rule = next((r for r in rules.rules if r.name == name), None)
    space_class = "" if rule is None else str(rule.settings.get("class", ""))
    found = rule
    if why.startswith("on_"):
        found = next((r for r in (*rules.closed_grounds, *rules.grounds) if r.name == why[3:]), rule)
    reason: _Reason = found
    if why in ("too_small", "too_narrow"):
        reason = rules.classes.get(space_class)
    elif why not in ("never", "not_stated", "nothing_left") and not why.startswith("on_"):
        reason = _restriction(rules, space_class, why) or rule
    return name, space_class, why, count, *_texts(reason)


def _restriction(rules: PublicSpaceRules, space_class: str, key: str) -> Restriction | None:
    """The restriction that turns a class away by a tag key."""
    kind = rules.classes[space_class].kind if space_class in rules.classes else ""
    return next(
        (r for r in rules.restrictions if kind in r.kinds and any(test.key == key for test in r.unless.keys)), None
    )


def _texts(reason: _Reason) -> tuple[str, str]:
    return ("", "") if reason is None else (reason.because, reason.because_zh)
