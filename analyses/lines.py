"""On which line of a profile a word stands, for messages: the parser of TOML does not tell."""

from __future__ import annotations

import re

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")


class Lines:
    """The lines of a profile, by rule. A guide for whoever mends the file, never used to read it."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._starts = [n for n, line in enumerate(self._lines) if _RULE.match(line)]

    def find(self, token: str, rule: int = -1) -> int:
        """The line (from 1) of a word in a rule (from 0) or in the header (-1).

        Where the word does not stand there, that of the rule; 0 where that is not known either.
        """
        if rule >= len(self._starts):
            return 0
        first = 0 if rule < 0 else self._starts[rule]
        end = (*self._starts, len(self._lines))[rule + 1]
        if token:
            whole = re.compile(rf"(?<![\w.-]){re.escape(token)}(?![\w-])|\.{re.escape(token)}(?![\w-])")
            for n in range(first, end):
                if whole.search(self._lines[n].split(" #")[0]):
                    return n + 1
        return 0 if rule < 0 else first + 1
