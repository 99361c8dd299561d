"""Reading a table from strangers' hands: every key known, every value of its type, every fault named."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from reprlib import Repr
from typing import Any, TypeVar

from analyses.lines import Lines
from spatial.errors import ProfileError

T = TypeVar("T")
_HUGE = 10**18
"""Python refuses to write out a number of more than 4,300 digits, which a file may hold all the same."""


class _Brief(Repr):
    """What messages show of a value: the beginning of what is nested, long or huge."""

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002  as the base class calls it
        return repr(x) if -_HUGE < x < _HUGE else "a huge number"


_BRIEF = _Brief()
_BRIEF.maxlevel = 3
_BRIEF.maxstring = 80
_BRIEF.maxother = 80
_TYPES = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}
_TOLD = 5
"""So many unknown keys of one table are named."""
_MOST_OF_ONE = 20
"""After so many mistakes in one table or list nobody reads on, and a stranger's file may hold thousands."""
_MOST = 100
"""So many mistakes of a profile are named."""
_LIKE = 0.85
"""So near to a reserved word a name is taken for a slip of it."""


class SlipError(ProfileError):
    """One mistake, with the word that is wrong, by which its line is found."""

    def __init__(self, message: str, token: str = "", *, missing: str = "", meant: Collection[str] = ()) -> None:
        super().__init__(message)
        self.token = token
        self.missing = missing
        """The key that is not there."""
        self.meant = frozenset(meant)
        """The keys that unknown ones are slips of: none of them is missing as well."""

    @property
    def each(self) -> tuple[SlipError, ...]:
        """The single mistakes."""
        return (self,)


class SlipsError(SlipError):
    """Several mistakes that do not depend on each other."""

    def __init__(self, slips: Sequence[SlipError]) -> None:
        super().__init__("; ".join(str(slip) for slip in slips))
        self._each = tuple(slips)

    @property
    def each(self) -> tuple[SlipError, ...]:
        """The single mistakes."""
        return self._each


def together(*readers: Callable[[], Any]) -> list[Any]:
    """What every reader gives; if any of them finds a mistake, the mistakes of all of them.

    Raises
    ------
    SlipsError
        With each mistake by itself.
    """
    found: list[Any] = []
    slips: list[SlipError] = []
    for read in readers:
        try:
            found.append(read())
        except SlipError as slip:
            slips += slip.each
        if len(slips) >= _MOST_OF_ONE:
            break
    if slips:
        raise SlipsError(slips)
    return found


@dataclass
class Faults:
    """Everything that is wrong in one profile, gathered so that all of it is told at once."""

    lines: Lines
    told: list[str] = field(default_factory=list)
    _meant: set[tuple[int, str]] = field(default_factory=set)

    @contextmanager
    def gathered(self, rule: int = -1) -> Iterator[None]:
        """Note the slips of the header (-1) or of a rule, instead of stopping at them."""
        try:
            yield
        except SlipError as slips:
            self._meant |= {(rule, key) for slip in slips.each for key in slip.meant}
            told = [self._said(slip, rule) for slip in slips.each if (rule, slip.missing) not in self._meant]
            self.told += dict.fromkeys(told)

    def _said(self, slip: SlipError, rule: int) -> str:
        line = self.lines.find(slip.token, rule) if len(self.told) < _MOST else 0
        where, _, what = str(slip).partition(": ")
        return f"{where}, line {line}: {what}" if line else str(slip)

    def tell(self, where: str) -> None:
        """Raise an error that names all of them, if there are any."""
        if len(self.told) == 1:
            raise ProfileError(self.told[0])
        if self.told:
            short = [text.removeprefix(f"{where}, ") for text in self.told[:_MOST]]
            short += [f"and {len(self.told) - _MOST} more"] if len(self.told) > _MOST else []
            raise ProfileError(f"{where}: {len(self.told)} mistakes:\n  " + "\n  ".join(short))


def only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Refuse keys that nobody reads."""
    strange = [key for key in table if key not in known]
    if strange:
        told = "; ".join(f"unknown key {key[:60]!r}.{_meant(key, known)}" for key in strange[:_TOLD])
        told += f"; and {len(strange) - _TOLD} more unknown keys." if len(strange) > _TOLD else ""
        meant = [near for key in strange for near in _near(key, known)]
        raise SlipError(f"{where}: {told} Known: {', '.join(sorted(known))}", strange[0], meant=meant)


def required(table: Mapping[str, Any], key: str, where: str) -> Any:
    """The value of a key that has to be there."""
    if key not in table:
        # Of a table within a rule ("...: basis") the line of its name is the nearest.
        raise SlipError(f"{where}: {key!r} is missing", where.rpartition(": ")[2], missing=key)
    return table[key]


def typed(value: Any, kind: type[T], what: str, where: str) -> T:
    """The value, if it is of its type. True is no number."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SlipError(f"{where}: {what} is {shown(value)}; it must be {_TYPES[kind]}", _last(what))
    return value


def as_table(value: Any, what: str, where: str) -> Mapping[str, Any]:
    """The value, if it is a table."""
    return typed(value, dict, what, where)


def texts(value: Any, what: str, where: str) -> tuple[str, ...]:
    """A list of texts that is not empty; one text alone is not taken for a list of letters."""
    entries = typed(value, list, what, where)
    if not entries or not all(isinstance(entry, str) for entry in entries):
        raise SlipError(
            f'{where}: {what} is {shown(value)}; it must be a list of texts, such as ["green"]', _last(what)
        )
    return tuple(entries)


def words(value: Any, what: str, where: str) -> Mapping[str, str]:
    """Texts by language."""
    table = as_table(value, what, where)
    together(*(partial(typed, text, str, f"{what}.{language}", where) for language, text in table.items()))
    return table


def by_language(value: object, what: str, where: str) -> Mapping[str, str]:
    """Texts by language; a plain text is English."""
    return {"en": value} if isinstance(value, str) else words(value, what, where)


def filled(by: Mapping[str, str], what: str, where: str, todo: str = "") -> Mapping[str, str]:
    """Texts by language of which there is one at least, and none of blanks alone."""
    if not by or not all(text.strip() for text in by.values()):
        raise SlipError(f"{where}: {what} is empty{todo}", _last(what))
    return by


def number(value: Any, what: str, where: str, *, low: float, high: float) -> float:
    """A number between two, both included; neither text nor true."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SlipError(
            f"{where}: {what} is {shown(value)}; it must be a number from {low:g} to {high:g}, without quotes",
            _last(what),
        )
    return float(value)


def whole(value: Any, what: str, where: str, *, low: int, high: int) -> int:
    """A whole number between two, both included."""
    count = typed(value, int, what, where)
    if not low <= count <= high:
        raise SlipError(f"{where}: {what} is {shown(count)}; it must be from {low} to {high}", _last(what))
    return count


def one_of(value: Any, known: Collection[str], what: str, where: str) -> Any:
    """The value, if it is one of those known."""
    if not isinstance(value, str) or value not in tuple(known):
        hint = _meant(value, known) if isinstance(value, str) else ""
        raise SlipError(
            f"{where}: {what} is {shown(value)}; it must be one of: {', '.join(sorted(known))}.{hint}".rstrip("."),
            value if isinstance(value, str) else _last(what),
        )
    return value


def like(value: str, reserved: Collection[str]) -> str:
    """The reserved word that a name is a slip of, or empty."""
    near = difflib.get_close_matches(value, reserved, n=1, cutoff=_LIKE)
    return near[0] if near and near[0] != value else ""


def _meant(value: str, known: Collection[str]) -> str:
    near = _near(value, known)
    return f" Did you mean {near[0]!r}?" if near else ""


def _near(value: str, known: Collection[str]) -> list[str]:
    return difflib.get_close_matches(value[:60], known, n=1)


def shown(value: object) -> str:
    """A stranger's value, cut to what a message can bear: of what is nested, long or huge only the beginning."""
    text = _BRIEF.repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _last(what: str) -> str:
    """The key itself of ``hazard.kind`` or ``by (with ...)``."""
    return what.partition(" ")[0].rpartition(".")[2]
