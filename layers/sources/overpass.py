"""Asking Overpass, and telling a whole answer from everything else that a server may send.

OSMnx's own request is not used. It waits for a busy server without end (its retry calls itself), bends the name
resolution of the whole process to one address, keeps its answers in the current folder, reads an answer of any size,
and passes on what a query left unfinished.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import requests
from shapely import Polygon

from layers.sources.overpass_answer import Answer, AnswerError, read_answer
from layers.sources.overpass_place import lacking_nodes, share_elsewhere
from layers.sources.web import Asker, Endpoint, Setback, TooMuch

ADVICE = (
    "nothing of the study was changed and what came so far is kept: run the same command again later, or name another "
    "server with --overpass"
)
_FREE = re.compile(r"^\s*(\d+) slots? available now", re.MULTILINE)
_NEXT = re.compile(r"^\s*Slot available after: .*?, in (-?\d+) seconds", re.MULTILINE)
_STATUS_BYTES = 100_000
_STATUS_S = 20.0
_MOST_ELSEWHERE = 0.01
"""Strays of a server whose index is a little behind take nothing from an answer."""
_NOT_SERIOUS = ("timed out", "timeout", "dispatcher", "too busy", "rate_limited", "load")


@dataclass(frozen=True)
class Overpass:
    """One Overpass server."""

    where: Endpoint
    asker: Asker

    def fetch(self, question: str, part: Polygon) -> tuple[bytes, Answer]:
        """The answer to a question, as sent and as read.

        Parameters
        ----------
        question
            As `overpass_query.query` makes it.
        part
            The area it asks about, in degrees: an answer about another place is none.

        Raises
        ------
        SourceUnreachable
            The server cannot be reached, refuses, or does not get it right in several attempts.
        TooMuch
            The question is too large for the server or for us.
        """
        return self.asker.ask("Overpass", self.where, lambda: self._once(question, part), ADVICE)

    def _once(self, question: str, part: Polygon) -> tuple[bytes, Answer]:
        self._wait_for_slot()
        with requests.post(
            f"{self.where.url}/interpreter",
            data={"data": question},
            headers=self.asker.headers(),
            timeout=self.asker.timeout(),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self.asker.whole(response)
        return body, judged(body, part)

    def _wait_for_slot(self) -> None:
        """Wait until the server says that it is our turn. A server that says nothing about it has no turns."""
        wait_s = slot_wait_s(self._status())
        if wait_s > self.asker.patience.longest_pause_s:
            raise Setback("others or earlier questions of ours take all its time", wait_s=wait_s)
        if wait_s > 0:
            self.asker.say(f"Overpass: our turn comes in {wait_s:.0f} s")
            self.asker.clock.sleep(wait_s)

    def _status(self) -> str:
        """What the server says of its turns; nothing where it says nothing, or not soon."""
        soon = replace(
            self.asker, patience=replace(self.asker.patience, answer_s=_STATUS_S, answer_bytes=_STATUS_BYTES)
        )
        try:
            with requests.get(
                f"{self.where.url}/status",
                headers=self.asker.headers(),
                timeout=min(_STATUS_S, self.asker.patience.silence_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                return soon.whole(response).decode("utf-8", "replace")
        except (requests.RequestException, Setback):
            return ""  # the question itself will meet the same trouble, and says so


def slot_wait_s(status: str) -> float:
    """How long to wait [s], from the text that a server gives as its status."""
    if _FREE.search(status):
        return 0.0
    waits = [int(seconds) for seconds in _NEXT.findall(status)]
    return float(max(min(waits) + 1, 1)) if waits else 0.0


def judged(body: bytes, part: Polygon) -> Answer:
    """An answer that is whole, and about the right place.

    Raises
    ------
    Setback
        It is an error page, broken, unfinished, or about another place.
    TooMuch
        The server ran out of time or memory.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise _no_json(body) from None
    _no_remark(content)
    try:
        answer = read_answer(content)
    except AnswerError as error:
        raise Setback(str(error)) from None
    lacking = lacking_nodes(answer)
    if lacking:
        raise Setback(f"the answer is incomplete: nodes are missing of {lacking:,} of its ways")
    if share_elsewhere(answer, part) > _MOST_ELSEWHERE:
        raise Setback("it answers about another place than we asked about", again=False)
    return answer


def _no_json(body: bytes) -> Setback:
    text = body[:4000].decode("utf-8", "replace").lower()
    if not text.lstrip().startswith("<"):
        return Setback("the answer is broken off or no JSON")
    if "parse error" in text or "static error" in text:
        return Setback("it does not understand the question", again=False)
    return Setback("it sends an error page instead of an answer")


def _no_remark(content: Any) -> None:  # noqa: ANN401  whatever JSON may hold
    """What a query left unfinished comes with status 200, what it found until then, and a remark."""
    remark = content.get("remark") if isinstance(content, dict) else None
    if not remark:
        return
    said = str(remark).lower()
    if "out of memory" in said or "timed out" in said:
        raise TooMuch("the question takes more time or memory than the server gives")
    again = any(words in said for words in _NOT_SERIOUS)
    raise Setback(f"it did not finish ({' '.join(str(remark).split())[:120]})", again=again)


def default_address() -> str:
    """The server that OSMnx asks unless it is told otherwise."""
    from osmnx import settings

    return str(settings.overpass_url)
