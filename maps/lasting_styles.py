"""How what a hazard closes looks in QGIS: by scenario, so that one can be looked at alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analyses.results import Results
from analyses.survival_columns import SURVIVAL_HOMES, SURVIVAL_REMAINS, SURVIVAL_SPACES, SURVIVAL_WAYS
from maps import palette
from maps.lasting_view import scenario_title, worst_scenario
from maps.qml import Class, Symbol, fill, line, quoted
from maps.vocabulary import word

_NO_FILL = "no"


def ways(results: Results, language: str) -> tuple[Class, ...]:
    """Closed parts of streets."""
    return _by_scenario(results, {"": ("", line(palette.LASTING["ways"], width_mm=0.7))}, language)


def homes(results: Results, language: str) -> tuple[Class, ...]:
    """Homes cut off."""
    colour = palette.LASTING["homes"]
    return _by_scenario(results, {"": ("", fill(colour, outline=colour, pattern="b_diagonal"))}, language)


def spaces(results: Results, language: str) -> tuple[Class, ...]:
    """Public space by what is left of it."""
    colours = {
        "gone": fill(palette.LASTING["gone"], opacity=0.7, outline=palette.LASTING["gone"]),
        "shut": fill(palette.LASTING["shut"], outline=palette.LASTING["shut"], pattern="diagonal_x"),
        "smaller": fill(palette.LASTING["smaller"], outline=palette.LASTING["gone"], pattern="f_diagonal"),
        "fewer_ways_in": fill(palette.LASTING["smaller"], outline=palette.LASTING["smaller"], pattern=_NO_FILL),
    }
    kinds = {
        word(SURVIVAL_REMAINS, code, language): (f'"remains" = {quoted(code)}', symbol)
        for code, symbol in colours.items()
    }
    return _by_scenario(results, kinds, language)


def _by_scenario(
    results: Results, kinds: Mapping[str, tuple[str, Symbol]], language: str
) -> tuple[Class, ...]:  # fmt: skip
    """Each kind under each scenario; only the worst is ticked, since all lie over each other."""
    assert results.survival is not None
    made, worst = [], worst_scenario(results.survival)
    for row in results.survival.scenarios.to_dict("records"):
        title = scenario_title(results, row, language)
        for told, (expression, symbol) in kinds.items():
            wanted = f'"scenario_id" = {quoted(str(row["scenario_id"]))}'
            label = title + ((": " if language == "en" else "：") + told if told else "")
            first = worst is None or row["scenario_id"] == worst["scenario_id"]
            made.append(Class(label, f"{wanted} AND {expression}" if expression else wanted, (symbol,), first))
    return tuple(made)


LASTING_CLASSES: Mapping[str, Callable[[Results, str], tuple[Class, ...]]] = {
    SURVIVAL_WAYS.name: ways,
    SURVIVAL_HOMES.name: homes,
    SURVIVAL_SPACES.name: spaces,
}
"""Table -> how it is drawn."""
