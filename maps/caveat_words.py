# ruff: noqa: RUF001 - Chinese is written with its own punctuation
"""The words of every caveat, in each language.

A template may use ``{count}`` (the number, rounded for reading), ``{unit}`` (what is counted, in
the right number), ``{layer}`` and ``{detail}``. A part in square brackets is left out where the
caveat has no detail: ``"Repaired {count} {unit} of {layer}[, e.g. {detail}]."``
"""

from __future__ import annotations

CAVEAT_WORDS: dict[str, dict[str, str]] = {
    "repaired": {
        "en": "{layer}: {count} {unit} had invalid outlines and were repaired[ ({detail})].",
        "zh": "{layer}：{count}{unit}的边界无效，已修复[（{detail}）]。",
    },
}
"""Caveat code -> language -> template. Whoever creates a caveat with a new code adds its words here."""
