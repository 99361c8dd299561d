"""How layers that are derived from the elevation model are called, with method and resolution, wherever they appear.

The words are packaged (``rules/terrain.toml``) and not left to the study, so that no derived layer looks like an
official one. A title of the study's own is kept, and marked; a note of its own follows the packaged one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from layers.hazard_scales import HazardScale
from layers.screening_role import Screening
from layers.tag_rules import rule_file
from layers.types import HazardRole, Layers
from spatial.terrain import Grid, cell_size_m

_LANGUAGES = ("en", "zh")
_SENTENCE_END = {"en": ". ", "zh": "。"}


def screening_title(own: Mapping[str, str], asked: Screening, scale: HazardScale) -> dict[str, str]:
    """The title in each language: the study's own or the packaged one, marked as derived for screening."""
    words, found = rule_file("terrain")["words"], {}
    for language in _LANGUAGES:
        title = own.get(language) or _filled(rule_file("terrain")[asked.derive]["title"], asked, scale, language)
        marked = words["derived"][language] in title.lower()
        found[language] = title if marked else words["title"][language].format(title=title)
    return found


def told_apart(hazards: Sequence[HazardRole]) -> tuple[HazardRole, ...]:
    """The hazards, of which no two are called alike: derived ones by their numbers, what is still alike by its id."""
    for more in (_numbers, _id):
        hazards = [replace(role, title=_apart(role, hazards, more)) for role in hazards]
    return tuple(hazards)


def _apart(role: HazardRole, hazards: Sequence[HazardRole], more: Callable[[HazardRole, str], str]) -> dict[str, str]:
    found = dict(role.title)
    for language, title in role.title.items():
        alike = [other.title.get(language) or other.title.get("en") for other in hazards]
        if alike.count(title) > 1:
            mark = rule_file("terrain")["words"]["title"][language].format(title="")
            plain = title.removesuffix(mark)
            found[language] = f"{plain}{more(role, language)}{title[len(plain) :]}"
    return found


def _numbers(role: HazardRole, language: str) -> str:
    if role.screening is None or "apart" not in rule_file("terrain")[role.screening.derive]:
        return ""
    return _filled(rule_file("terrain")[role.screening.derive]["apart"], role.screening, role.scale, language)


def _id(role: HazardRole, language: str) -> str:
    return f" ({role.id})" if language == "en" else f"（{role.id}）"


def with_words(layers: Layers) -> Layers:
    """The layers, whose study tells in the note of each derived layer how it was made, and on how large cells."""
    roles = tuple(
        replace(role, note=_note(role, role.screening, layers.hazard_grids[role.id])) if role.screening else role
        for role in layers.study.hazards
    )
    if roles == layers.study.hazards:
        return layers
    return replace(layers, study=replace(layers.study, hazards=roles))


def _note(role: HazardRole, asked: Screening, grid: Grid) -> dict[str, str]:
    width_m, length_m = (f"{size[len(size) // 2]:.0f}" for size in cell_size_m(grid))
    words, found = rule_file("terrain")["words"]["note"], {}
    for language in _LANGUAGES:
        method = _filled(rule_file("terrain")[asked.derive]["method"], asked, role.scale, language)
        parts = [words[language].format(width=width_m, length=length_m, method=method)]
        parts += [role.note[language]] if role.note.get(language) else []
        found[language] = _SENTENCE_END[language].join(part.rstrip(".。") for part in parts)
    return found


def _filled(text: Mapping[str, Any], asked: Screening, scale: HazardScale, language: str) -> str:
    """A packaged text with the numbers of the layer."""
    drainage = rule_file("terrain")["words"]["drainage"].get(asked.drainage, {language: ""})[language]
    return str(text[language]).format(
        least=f"{min(scale.bands.values(), default=0):g}",
        height=f"{max(asked.below_m.values(), default=0):g}",
        depth=f"{asked.min_depth_m:g}",
        drainage=drainage.format(area=f"{asked.drainage_area_km2:g}"),
    )
