"""What to do about a study file that is no TOML: what people write most often instead."""

from __future__ import annotations

import re
import tomllib

_LINE = re.compile(r"at line (\d+)")
_CURLY = re.compile("[\u2018-\u201f\u300c-\u300f\uff02\uff07]")
"""Quotes that are no quotes to TOML: those of word processors and of Chinese keyboards."""


def advice_on(content: bytes, error: tomllib.TOMLDecodeError) -> str:
    """What to correct, from the line that the error names; of its content nothing is told."""
    found = _LINE.search(str(error))
    lines = content.decode("utf-8-sig").split("\n")
    line = lines[int(found[1]) - 1] if found is not None and int(found[1]) <= len(lines) else ""
    if "\\" in line:
        return "paths are written with / instead of \\, on Windows too"
    if _CURLY.search(line):
        return 'text stands in straight quotes ("..."), not in curly or Chinese ones: switch the keyboard to English'
    return "text needs quotes, lists need brackets"
