"""Colours of the map. The scales are ColorBrewer's, which remain apart for colour-blind eyes.

Darker is worse wherever something is judged. What was not assessed is hatched, so that it is never read as a value.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyses.profile import Profile

WORSE = ("#fffbe6", "#fed976", "#fd8d3c", "#e31a1c", "#800026")
"""From good to bad: ColorBrewer YlOrRd, its palest step nearly white."""
REPORTED = ("#e6f0f7", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
"""Values without any verdict (ColorBrewer Blues): more is darker."""
IMPUTED = ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")
"""How far figures rest on homes that are not in the data (ColorBrewer Purples): neither a verdict nor a value."""

NOT_ASSESSED = "#d9d9d6"
STATUS = {"met": "#92c5de", "short": "#ca3d30", "reported": "#e6e0ef", "not_assessed": NOT_ASSESSED}
"""Blue and red (ColorBrewer RdBu) instead of green and red."""
SEVERITY = {"slight": "#fd8d3c", "moderate": "#e31a1c", "severe": "#800026"}
"""The worse end of `WORSE`."""
RANK = {"lowest": "#b35806", "middle": "#f7f0dc", "highest": "#8073ac", "uncertain": "#f4f4f2"}
"""A place among the communities (ColorBrewer PuOr): neither met nor short. What cannot be told is dotted."""
LIGHT = {"good": "#a6d3b2", "doubtful": "#f0b93a", "poor": "#c2412d", "unknown": NOT_ASSESSED}
"""How far the data can be trusted. Green, amber and red differ in lightness too; each but green has a pattern."""

HAZARD = {
    "flood": "#2b5fa8", "waterlogging": "#3f7fb5", "coastal": "#0b7285", "landslide": "#7a4b1e",
    "heat": "#b5451b", "seismic": "#5b3a8c", "wildfire": "#a3260f", "technological": "#4a4a4a",
}
HAZARD_OTHER = "#5b3a8c"
GAP = "#4b0d4f"
"""Homes concerned, whichever the rule."""
RULE = ("#7570b3", "#d95f02", "#e7298a", "#1b9e77", "#a6761d", "#66a61e", "#e6ab02", "#666666")
"""ColorBrewer Dark2: rules are kinds, not amounts."""
SERVICE_AREA = "#00695c"
ENTRANCE = {"gate": "#0b5d1e", "crossing": "#1b9e77", "open_edge": "#66a61e", "point": "#444444"}
SPACE = {
    "park": "#2e8b57", "square": "#b8860b", "play": "#c2569b", "coast": "#c9a227",
    "nature": "#5a7d2a", "other": "#6b6b83",
}
VULNERABILITY = ("#f7f4f9", "#e7d4e8", "#d4a6cf", "#c06bb5", "#98318f", "#5c0a5e")
"""From the least to the most vulnerable: neither met nor short; steps of lightness, the last one has a pattern too."""
PLACES = {
    "all_three": "#5c0a5e", "exposed_without": "#d95f02", "vulnerable_exposed": "#3182bd",
    "vulnerable_without": "#c9a227", "fewer": "#f4f4f2",
}
"""What meets in a community: kinds, not amounts."""
CLUSTER = {
    "high_high": "#d7301f", "low_low": "#4575b4", "high_low": "#fdae61", "low_high": "#abd9e9",
    "not_significant": "#f4f4f2",
}
"""Where communities that are alike lie together (as maps of local Moran statistics have it), dark; outliers pale."""
REMEDY = {
    "check_data": "#737373", "way_in": "#1f78b4", "path": "#35978f", "planned_space": "#6a51a3",
    "adapt_space": "#8c510a", "new_space": "#33a02c", "more_space": "#66a61e", "relief": "#e08214",
    "protect_or_refuge": "#b2182b", "open_refuge": "#01665e", "more_room": "#5aae61", "protect_link": "#99000d",
}
"""What would help: kinds, not amounts."""
PLANNED = "#6a51a3"
CRITICAL = "#99000d"
"""Ways that many depend on: one colour, as they are of one kind whatever the rule."""
REFUGE = {"used": "#2166ac", "overfull": "#b2182b", "idle": "#5e4fa2", "shut": "#555555"}
"""How full a refuge gets: kinds that differ in pattern too, see `REFUGE_PATTERN`."""
REFUGE_PATTERN = {"overfull": "pattern-overfull", "idle": "pattern-idle", "shut": "pattern-shut"}
LASTING = {"ways": "#1a1a1a", "gone": "#00441b", "shut": "#006d2c", "smaller": "#238b45", "homes": "#4b0d4f"}
"""What a hazard closes: streets, public space by what is left, homes cut off."""
LASTING_PATTERN = {"shut": "pattern-no-way-in", "smaller": "pattern-smaller", "homes": "pattern-cut-off"}
CONFLICT = {
    "only_in_inventory": "#1f78b4", "access_differs": "#b2182b", "part_of_another": "#4dac26", "only_in_osm": "#e08214",
    "class_differs": "#8c510a", "area_differs": "#35978f", "name_differs": "#737373", "planned_but_in_osm": "#c51b7d",
}
"""What an inventory and OpenStreetMap differ in: kinds, not amounts."""


def rule_colours(profiles: Sequence[Profile]) -> dict[tuple[str, str], str]:
    """A colour for the gaps of each rule that has a target, by profile and rule: the same on the map and in QGIS."""
    judging = [(profile.id, rule.id) for profile in profiles for rule in profile.rules if rule.target is not None]
    return {key: RULE[place % len(RULE)] for place, key in enumerate(judging)}
