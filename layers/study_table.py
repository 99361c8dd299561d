"""Reading one table of a study file, and gathering everything that is wrong with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

ID_FORM = re.compile(r"[a-z0-9]([a-z0-9.\-]{0,58}[a-z0-9])?")
NAME_FORM = re.compile(r"[a-z][a-z0-9_]{0,39}")
TEXT_LIMIT = 500
_KEYS_TOLD = 8
_CONNECTION_KEYS = frozenset(
    {"host", "hostname", "port", "user", "username", "password", "passwd", "dbname", "database"}
)
"""None of a study's own: whoever writes one means the server of a database. Values are not told."""
_KINDS = {str: "text in quotes", bool: "true or false", float: "a number", list: "a list", dict: "a table"}


@dataclass(frozen=True)
class Table:
    """One table of the file: hands out its entries, and notes each fault in `faults`.

    The keys it may hold are given at the start, so that an unknown one is told with its nearest kin.
    """

    where: str
    """As written in the file: ``[osm.coverage]``, ``[[hazard]] 2``."""
    data: Mapping[str, Any]
    faults: list[str]
    known: Sequence[str]

    def __post_init__(self) -> None:
        unknown = [key for key in self.data if key not in self.known]
        connecting = [key for key in unknown if key.lower() in _CONNECTION_KEYS]
        if connecting:
            self.fault(
                f"holds {', '.join(connecting)}: how a database is reached does not belong in a study, which is passed "
                "on; take it out, and say it in the environment (PGHOST, PGUSER, PGPASSWORD, ...) or in a service "
                "file, named by service"
            )
        for key in unknown:
            if key not in connecting:
                near = difflib.get_close_matches(key, self.known, n=1, cutoff=0.5)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                self.fault(f"unknown key {key[:60]!r}{hint}; known: {_nearest(key, self.known)}")

    def fault(self, message: str) -> None:
        """Note a fault of this table."""
        self.faults.append(f"{self.where} {message}")

    def has(self, key: str) -> bool:
        """Whether the file gives the key."""
        return key in self.data

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Text; a fault if it is something else, empty, or too long."""
        value = self._typed(key, str, required=required)
        if value is None:
            return None
        if not value.strip() or len(value) > TEXT_LIMIT:
            self.fault(f"{key} must be text of 1 to {TEXT_LIMIT} characters")
            return None
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            self.fault(f"{key} holds a control character; write plain text on one line")
            return None
        return str(value)

    def identifier(self, key: str, *, required: bool = True) -> str:
        """A name for files and columns: small letters, digits, dots and hyphens; empty after a fault."""
        return self._formed(key, ID_FORM, "small letters, digits, dots and hyphens", required=required)

    def column_part(self, key: str, *, required: bool = True) -> str:
        """A name that becomes part of a column's name: small letters, digits and underscores; empty after a fault."""
        return self._formed(key, NAME_FORM, "small letters, digits and underscores, first a letter", required=required)

    def number(self, key: str, low: float, high: float, *, required: bool = False) -> float | None:
        """A number between `low` and `high`, both included."""
        value = self._typed(key, float, required=required)
        if value is None:
            return None
        if not low <= value <= high:
            self.fault(f"{key} = {value} must lie between {low:g} and {high:g}")
            return None
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent."""
        return bool(self._typed(key, bool, required=False))

    def day(self, key: str) -> str | None:
        """A date as text: ``"2023"``, ``"2023-02-21"`` or TOML's own date."""
        value = self.data.get(key)
        return value.isoformat() if isinstance(value, date) else self.text(key)

    def choice(self, key: str, allowed: Sequence[str], *, required: bool = True) -> str:
        """One of a closed list; empty after a fault."""
        if required and not self.has(key):
            self.fault(f"lacks {key}; write one of {', '.join(allowed)}")
        value = self.text(key)
        if value is not None and value not in allowed:
            near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.5)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            self.fault(f"{key} = {value[:60]!r} is not one of {', '.join(allowed)}{hint}")
            return ""
        return value or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one, without repetition."""
        value = self._typed(key, list, required=True)
        if value is None:
            return ()
        if not value or not all(isinstance(v, str) and v.strip() for v in value):
            self.fault(f'{key} must be a list of at least one text, such as {key} = ["..."]')
            return ()
        if len(set(value)) < len(value):
            self.fault(f"{key} names {_first_twice(value)!r} twice")
        return tuple(dict.fromkeys(value))

    def table(self, key: str, known: Sequence[str], *, required: bool = False) -> Table | None:
        """The table below, such as ``[osm.coverage]``."""
        value = self._typed(key, dict, required=required)
        return None if value is None else Table(f"[{self._path}{key}]", value, self.faults, known)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A table below whose keys are the study's own (columns); empty where it is absent."""
        return self._typed(key, dict, required=False) or {}

    def by_language(self, key: str, languages: Sequence[str]) -> dict[str, str]:
        """A table of texts by language, such as ``[study.title]``; empty where it is absent."""
        if isinstance(self.data.get(key), str):
            self.fault(f'{key} must be a table by language: write {key}.en = "..."')
            return {}
        below = self.table(key, languages)
        texts = {} if below is None else {lang: below.text(lang) for lang in languages if below.has(lang)}
        return {lang: text for lang, text in texts.items() if text is not None}

    @property
    def _path(self) -> str:
        name = self.where.strip("[]").split("]")[0]
        return "" if name == "study file" else f"{name}."

    def _typed(self, key: str, kind: type, *, required: bool) -> Any:  # noqa: ANN401  as the TOML has it
        if key not in self.data:
            if required:
                self.fault(f"lacks {key}")
            return None
        value = self.data[key]
        if kind is float:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        else:
            fits = isinstance(value, kind)
        if not fits:
            self.fault(f"{key} must be {_KINDS[kind]}, not {str(value)[:40]!r}")
            return None
        return value

    def _formed(self, key: str, form: re.Pattern[str], words: str, *, required: bool) -> str:
        value = self.text(key, required=required)
        if value is not None and not form.fullmatch(value):
            self.fault(f"{key} = {value[:60]!r} may only hold {words}, because files and columns are named after it")
            return ""
        return value or ""


def tables(parent: Table, key: str, known: Sequence[str]) -> list[Table]:
    """The tables of an array such as ``[[hazard]]``, for messages numbered from 1 and with their id, or level."""
    name = "level" if "level" in known else "id"  # of units the id is a column
    found = enumerate(unchecked_tables(parent, key), start=1)
    return [Table(f"[[{key}]] {n}{_bracketed(v.get(name))}", v, parent.faults, known) for n, v in found]


def _bracketed(value: object) -> str:
    """An id in brackets; empty where there is none that may be told."""
    return f" ({value})" if isinstance(value, str) and ID_FORM.fullmatch(value) else ""


def unchecked_tables(parent: Table, key: str) -> list[dict[str, Any]]:
    """The tables of an array whose keys somebody else checks."""
    value = parent.data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        parent.fault(f"{key} must be written as [[{key}]], once for each")
        return []
    return value


def _nearest(key: str, known: Sequence[str]) -> str:
    """All keys, or the nearest ones and where the others stand: nobody finds one among dozens."""
    if len(known) <= _KEYS_TOLD:
        return ", ".join(known)
    likest = sorted(known, key=lambda name: -difflib.SequenceMatcher(None, key, name).ratio())
    return f"{', '.join(likest[:_KEYS_TOLD])}, ... (all keys: docs/study-file.md)"


def _first_twice(values: Sequence[str]) -> str:
    return next(v for n, v in enumerate(values) if v in values[:n])
