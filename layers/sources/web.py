"""Asking a server on the net: politely, one request at a time, and taking nothing for an answer but a whole one.

Whatever goes wrong ends in `SourceUnreachable`: that a server failed never looks like a place where nothing is.
"""

from __future__ import annotations

import ipaddress
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests

from spatial.errors import SourceError, SourceUnreachable
from spatial.progress import OnStep, silent

T = TypeVar("T")
_CHUNK_BYTES = 1 << 16
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_MEANINGS = {
    400: "it does not understand the question",
    401: "it wants a user name and password",
    403: "it refuses to answer us",
    404: "there is no such service",
    429: "too many requests",
    504: "it is overloaded",
}


class Setback(Exception):  # noqa: N818  not every setback is an error: most are waited out
    """One request did not give a whole answer."""

    def __init__(self, reason: str, *, again: bool = True, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        """Whether it makes sense to ask the same once more."""
        self.wait_s = wait_s
        """At least as long the server wants to be left alone [s]."""


class TooMuch(Setback):
    """The answer is larger than the server or we can take: a smaller question may do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, again=False)


@dataclass(frozen=True)
class Clock:
    """Time, as tests may replace it."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.SystemRandom().random
    """Between 0 and 1: those who were turned away together should not come back together."""


@dataclass(frozen=True)
class Patience:
    """How long and how often a server is asked."""

    attempts: int = 5
    first_pause_s: float = 5.0
    """Before the second attempt; each further one waits twice as long."""
    longest_pause_s: float = 120.0
    longest_wait_s: float = 600.0
    """A server that wants to be left alone for longer is asked no more."""
    connect_s: float = 20.0
    silence_s: float = 210.0
    """The longest that nothing may come."""
    answer_s: float = 900.0
    """The longest that one answer may take as a whole."""
    answer_bytes: int = 64_000_000
    """The largest answer, unpacked. Its parsed form takes about ten times as much memory."""


@dataclass(frozen=True)
class Endpoint:
    """The address of a service. It comes from the person who runs the program, never from a study or a data file."""

    url: str = field(repr=False)
    """With user and password where the address has them: never to be shown or stored."""

    @property
    def shown(self) -> str:
        """The address without credentials."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, _host(parts), parts.path, "", ""))


def endpoint(text: str, option: str) -> Endpoint:
    """Check an address.

    Parameters
    ----------
    option
        Where it was written, for messages: ``--overpass``, ``LINLI_OVERPASS``.

    Raises
    ------
    SourceError
        It is no address, or would send what is asked over the open net without encryption.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment:
        raise SourceError(
            f"{option}: is no address of a service, so nothing can be asked; write it whole and without a question "
            "mark, such as https://overpass-api.de/api"
        )
    if parts.scheme == "http" and not _own(host):
        raise SourceError(
            f"{option}: http://{host} is not encrypted, so anybody on the way could change the map; write https, or "
            "use a server on this computer or in your own network"
        )
    return Endpoint(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")))


def _own(host: str) -> bool:
    """Whether a host is this computer or stands in a private network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))
    return address.is_loopback or address.is_private


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"


@dataclass(frozen=True)
class Asker:
    """Asks, waits and asks again, up to a limit."""

    agent: str
    """How we present ourselves: name and version of the program."""
    say: OnStep = silent
    """Told of every pause that is not a matter of course."""
    clock: Clock = field(default_factory=Clock)
    patience: Patience = field(default_factory=Patience)

    def headers(self) -> dict[str, str]:
        """Who asks, in the form that OpenStreetMap's usage policies want."""
        return {"User-Agent": self.agent, "Referer": self.agent, "Accept-Encoding": "gzip, deflate"}

    def timeout(self) -> tuple[float, float]:
        """To connect, and between two pieces of an answer [s]."""
        return self.patience.connect_s, self.patience.silence_s

    def ask(self, service: str, where: Endpoint, once: Callable[[], T], advice: str) -> T:
        """What `once` returns, tried again after a setback that may pass.

        Parameters
        ----------
        service
            Its name for messages.
        once
            Sends the request and judges the answer; raises `Setback`, or an error of requests.
        advice
            What to do if it fails for good.

        Raises
        ------
        SourceUnreachable
            It failed for good.
        TooMuch
            The question has to be smaller.
        """
        for attempt in range(1, self.patience.attempts + 1):
            setback = None
            try:
                return once()
            except TooMuch:
                raise
            except Setback as met:
                setback = met
            except requests.RequestException as error:
                setback = Setback(_words(error), again=attempt == 1 or not _is_offline(error))
            pause_s = max(self._pause_s(attempt), setback.wait_s)
            if not setback.again or attempt == self.patience.attempts or pause_s > self.patience.longest_wait_s:
                tries = f" (asked {attempt} times)" if attempt > 1 else ""
                raise SourceUnreachable(f"{service} at {where.shown}: {setback.reason}{tries}; {advice}")
            self.say(f"{service}: {setback.reason}; asking again in {pause_s:.0f} s")
            self.clock.sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    def _pause_s(self, attempt: int) -> float:
        """Twice as long each time, and a different length for everybody."""
        longest = min(self.patience.first_pause_s * 2.0 ** (attempt - 1), self.patience.longest_pause_s)
        return longest * (0.75 + 0.5 * self.clock.chance())

    def whole(self, response: requests.Response) -> bytes:
        """The body of an answer that was not read yet.

        Raises
        ------
        Setback
            The server is busy, refuses, sends us elsewhere, breaks off, or takes too long.
        TooMuch
            The body is larger than we take.
        """
        status = response.status_code
        if 300 <= status < 400:
            host = urlsplit(response.headers.get("Location", "")).hostname or "another place"
            raise Setback(
                f"it sends us on to {host[:80]!r}, and we go nowhere that you did not name; if you trust that address, "
                "name it yourself",
                again=False,
            )
        if status != 200:
            meaning = _MEANINGS.get(status, "")
            reason = f"it answers {status}{f', {meaning}' if meaning else ''}"
            raise Setback(reason, again=status in _BUSY, wait_s=self._retry_after_s(response))
        return self._body(response)

    def _body(self, response: requests.Response) -> bytes:
        deadline = self.clock.monotonic() + self.patience.answer_s
        body = bytearray()
        try:
            # What there is, and not until a chunk is full: a server that sends a byte a minute would never fill one.
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
                body += chunk
                if len(body) > self.patience.answer_bytes:
                    raise TooMuch(f"the answer is larger than {self.patience.answer_bytes / 1e6:,.0f} MB")
                if self.clock.monotonic() > deadline:
                    raise Setback(f"the answer was not complete after {self.patience.answer_s:.0f} s")
        except requests.exceptions.BaseHTTPError:  # type: ignore[attr-defined]  # urllib3's, by requests' own name
            raise Setback("the answer broke off in the middle") from None
        return bytes(body)

    def _retry_after_s(self, response: requests.Response) -> float:
        """What the header Retry-After asks for: seconds or a date."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isdecimal():
            return float(text[:9])
        try:
            return max((parsedate_to_datetime(text) - self.clock.now()).total_seconds(), 0.0)
        except (ValueError, TypeError):
            return 0.0


def _is_offline(error: requests.RequestException) -> bool:
    """Whether the name of the server means nothing here: most likely there is no network, and waiting brings none."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(getattr(reason, "__cause__", None), socket.gaierror)


def _words(error: requests.RequestException) -> str:
    """An error of requests in words of ours: its own would show the address with its password."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate cannot be checked"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy of your network lets nothing through"
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ReadTimeout):
        return "it does not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "the answer broke off in the middle"
    if _is_offline(error):
        return "its name cannot be found: this computer has no network, or the address is misspelt"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "it cannot be reached, or hung up"
    return f"the request failed ({type(error).__name__})"
