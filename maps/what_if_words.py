"""The words of a what-if: wherever a study's title stands, it says first that this is none of its official results."""

from __future__ import annotations

from collections.abc import Mapping

from layers.types import Study
from layers.what_if import NO_GROUPS, WHAT_IF, assumed_closed
from maps.vocabulary import title_of

WHAT_IF_CAVEATS: dict[str, dict[str, str]] = {
    WHAT_IF: {
        "en": "WHAT-IF, not a result of the study: that streets, spaces and homes are closed all over {detail} is "
        "assumed in this run alone. No official source says so. Nothing that rests on it judges or is scored.",
        "zh": "假设情景，并非本研究的正式结果：仅在本次运行中假设 {detail} 范围内的街道、空间与住宅全部封闭，"
        "并无官方依据；据此得出的数值不参与评判，也不计分。",
    },
    NO_GROUPS: {
        "en": "A what-if tells nothing of children, old people or other groups, nor of social vulnerability: laid "
        "beside the ordinary run it could give small groups away. The ordinary run tells what may be told of them.",
        "zh": "假设情景不给出儿童、老年人等群体的数值，也不给出社会脆弱性：与正常运行结果对照可能透露少数人的情况。"
        "可公布的群体数值见正常运行的结果。",
    },
}

_TITLE = {"en": "WHAT IF: {title}", "zh": "假设情景：{title}"}
_BANNER = {
    "en": "WHAT-IF, not an official result: streets are assumed closed all over: {layers}.",
    "zh": "假设情景，并非正式结果：假设下列范围内的街道全部封闭：{layers}。",
}
_ELSEWHERE = {
    "en": "The rules below are measured and judged as on other days. What the what-if would take from whom stands "
    "under “{part}”, and in the tables survival of gaps.gpkg.",
    "zh": "下列规则均按平日情况计算与评判。假设情景会使哪些居民失去什么，见“{part}”以及 gaps.gpkg 中的 survival 各表。",
}
_OF_LAYER = {"en": "{title}: {note}.", "zh": "{title}：{note}。"}
_NEXT = {"en": "; ", "zh": "；"}


def study_title(study: Study, language: str) -> str:
    """A study's title, or its id; of a what-if with that said before it."""
    title = title_of(study.title, language, study.id)
    return marked(title, language, assumed=bool(assumed_closed(study)))


def marked(title: str, language: str, *, assumed: bool) -> str:
    """A title; of what is assumed with that said before it."""
    return _of(_TITLE, language).format(title=title) if assumed else title


def banner(study: Study, language: str) -> str:
    """One line that says that this is a what-if, and of which layers; empty where it is none."""
    titles = [title_of(role.title, language, role.id) for role in study.hazards if role.what_if]
    return _of(_BANNER, language).format(layers=_of(_NEXT, language).join(titles)) if titles else ""


def beware(study: Study, part: str, language: str) -> tuple[str, ...]:
    """What has to be known of the layers that are assumed to close, and where to look; nothing if it is no what-if.

    `part`: what the part of the panel is called that tells what remains while a hazard lasts.
    """
    assumed = [role for role in study.hazards if role.what_if]
    if not assumed:
        return ()
    notes = {title_of(role.title, language, role.id): title_of(role.note, language, "") for role in assumed}
    told = [_of(_OF_LAYER, language).format(title=title, note=note) for title, note in notes.items() if note]
    return (*told, _of(_ELSEWHERE, language).format(part=part))


def _of(words: Mapping[str, str], language: str) -> str:
    return words.get(language, words["en"])
