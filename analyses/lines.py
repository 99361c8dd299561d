"""On which line of a profile a word stands, for messages: the parser of TOML does not tell."""

from __future__ import annotations

import re

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_OTHER = re.compile(r"\s*\[(?!\[?\s*rule\s*[.\]])[^\]]*\]\s*(?:#.*)?")
_PART = re.compile(r"""\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*""")
DEEPEST_KEY = 64
"""Parts of a dotted key; profiles need three. The parser of TOML takes the square of their number in time."""


def line_of_deep_key(text: str) -> int:
    """The line (from 1) of a key of too many parts (``a.a.a. ... = 1``); 0 if there is none."""
    parts = 0
    at = 0
    for piece in text.split("."):
        parts = parts + 1 if _PART.fullmatch(piece) else 0
        if parts > DEEPEST_KEY:
            return text.count("\n", 0, at) + 1
        at += len(piece) + 1
    return 0


class Lines:
    """The lines of a profile, by rule. A guide for whoever mends the file, never used to read it."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._of: dict[int, list[int]] = {-1: []}
        """Numbers of the lines of every rule, and under -1 of all that stands before, between and after them."""
        rule, rules = -1, 0
        for n, line in enumerate(self._lines):
            if _RULE.match(line):
                rule, rules = rules, rules + 1
            elif _OTHER.fullmatch(line):
                rule = -1
            self._of.setdefault(rule, []).append(n)

    def find(self, token: str, rule: int = -1) -> int:
        """The line (from 1) of a word in a rule (from 0) or outside of them (-1).

        Where the word does not stand there, that of the rule; 0 where that is not known either.
        """
        mine = self._of.get(rule, [])
        if token:
            whole = re.compile(rf"(?<![\w.-]){re.escape(token)}(?![\w-])|\.{re.escape(token)}(?![\w-])")
            for n in mine:
                if whole.search(self._lines[n].split(" #")[0]):
                    return n + 1
        return mine[0] + 1 if mine and rule >= 0 else 0
