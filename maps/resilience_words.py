# ruff: noqa: E501 - a table of sentences, one a line
"""The words of resilience: its dimensions, what its ranking depends on, and what a reader has to know of it."""

from __future__ import annotations

import pandas as pd

from analyses.resilience_columns import FACTOR_WORDS
from analyses.results import Results
from maps.finding_words import FINDING_WORDS
from maps.vocabulary import LANGUAGES, title_of

_PREFIX = "dimension_"

RESILIENCE_CAVEATS: dict[str, dict[str, str]] = {
    "resilience_uncertain": {
        "en": "How {count} {unit}[ of {detail}] stand among the others is uncertain: under other weights, limits and ways of counting that can be defended just as well, they are in the worst or best fifth or not. Read the range of ranks, not the rank.",
        "zh": "{count}{unit}[（有名次者共 {detail} 个）]的韧性排位不确定：采用同样合理的其他权重、限值与算法时，其可能在也可能不在最差或最好的五分之一。请看名次范围，不要只看名次。",
    },
    "resilience_rank_outside": {
        "en": "Of {count} {unit}[, e.g. {detail},] the rank lies outside its own range: nearly all draws place them elsewhere than the stated method does, most often because it counts nothing beyond a target, and other ways of scoring do.",
        "zh": "{count}{unit}[（例如 {detail}）]的名次落在所列范围之外：九成抽样的名次与公布方法不同，多因公布方法不计超出目标的部分，而其他换算方法计入。",
    },
    "resilience_not_scored": {
        "en": "No resilience score for {count} {unit}[, e.g. {detail}]: nobody lives there, their residents are unknown, or less than half of what is asked could be assessed. That says nothing good or bad of them.",
        "zh": "{count}{unit}[（例如 {detail}）]无韧性得分：无人居住、居民人数未知，或可评估的要求不足一半。这不表示其好或坏。",
    },
    "resilience_unanswered": {
        "en": "Not in any resilience score: {count} {unit} with a target[ ({detail})] that could not be assessed in this study.",
        "zh": "{count}{unit}有目标值[（{detail}）]但本研究无法评估，未计入任何韧性得分。",
    },
    "resilience_carried": {
        "en": "Judged for larger units than communities: {count} {unit}[ ({detail})]. In the score of a community they count as in the larger units where its residents live, alike for all communities of one such unit.",
        "zh": "{count}{unit}[（{detail}）]针对更大的单元评判：在社区得分中按居民所在的上级单元计入，同一上级单元内的社区相同。",
    },
    "resilience_twice": {
        "en": "The same as another rule of this run: {count} {unit}[ ({detail})]. What they ask weighs twice in resilience; the score of each dimension shows where.",
        "zh": "{count}{unit}[（{detail}）]与本次运行的另一条规则要求相同，在韧性得分中被计两次；各维度得分可见其影响。",
    },
}
"""Caveat code -> language -> template, as in `maps.caveat_words`."""


def dimension_word(code: str, language: str) -> str:
    """What a dimension is called; one that only a profile knows by its code."""
    words = FINDING_WORDS.get(f"dimension.{code}", (code, code))
    return words[LANGUAGES.index(language)]


def dimensions_of(results: Results) -> tuple[str, ...]:
    """The dimensions of this assessment, in the order of their columns."""
    return tuple(n.removeprefix(_PREFIX) for n in results.parents.columns if str(n).startswith(_PREFIX))


def factor_word(row: pd.Series, results: Results, language: str) -> str:
    """What varies, in words; of a rule with its title."""
    words = FACTOR_WORDS[row["factor"]][LANGUAGES.index(language)]
    if not row["rule_id"]:
        return words
    rules = {(p.id, r.id): title_of(r.title, language, r.id) for p in results.profiles for r in p.rules}
    own = dimension_word(row["rule_id"], language)
    return f"{words}{': ' if language == 'en' else '：'}{rules.get((row['profile_id'], row['rule_id']), own)}"


def sensitivity_frame(results: Results) -> pd.DataFrame | None:
    """`Results.sensitivity` with its words; None where no level is ranked."""
    table = results.sensitivity
    if table is None:
        return None
    words = {
        f"factor_{language}": [factor_word(row, results, language) for _, row in table.iterrows()]
        for language in results.study.languages
    }
    return table.assign(**words)
