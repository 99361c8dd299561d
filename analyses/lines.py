"""On which line of a profile a word stands, for messages: the parser of TOML does not tell."""

from __future__ import annotations

import re

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_OTHER = re.compile(r"\s*\[(?!\[?\s*rule\s*[.\]])[^\]]*\]\s*(?:#.*)?")
_PART = re.compile(r"""\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*""")
_INLINE = re.compile(r"\s*rule\s*=")
_LONG = 1_000
"""Letters of a word that nobody writes twice; to make a pattern of many more takes a second."""
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
        self._lines = [line.split(" #", maxsplit=1)[0] for line in text.splitlines()]
        """Without comments."""
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

        A key is sought first, then a text of just that word, then the word anywhere but in a comment: a title may
        hold the very word that is a key below. Where the word does not stand there, that of the rule; of rules
        written inside of a list (``rule = [{...}]``) that of the list; 0 where that is not known either.
        """
        inline = rule >= 0 and rule not in self._of
        mine = self._of[-1] if inline else self._of.get(rule, [])
        near = [n for n in mine if token in self._lines[n]] if token else []
        if near and len(token) > _LONG:
            return near[0] + 1
        for form in _forms(token) if near else ():
            found = [n for n in near if form.search(self._lines[n])]
            if found and not (inline and len(found) > 1):  # of which of the rules in the list is not known
                return found[0] + 1
        heads = [n for n in mine if _INLINE.match(self._lines[n])] if inline else mine
        return heads[0] + 1 if heads and rule >= 0 else 0


def _forms(token: str) -> tuple[re.Pattern[str], ...]:
    word = re.escape(token)
    # Before a key stand the line's beginning, or a brace, comma, bracket or dot, and after it a sign or another dot.
    key = rf"""(?:^|[{{,.\[])\s*["']?{word}["']?\s*(?:=|\.|\])"""
    whole = rf"(?<![\w.-]){word}(?![\w-])|\.{word}(?![\w-])"
    return re.compile(key), re.compile(rf"""(["']){word}\1"""), re.compile(whole)
