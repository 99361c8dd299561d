"""A stand-in for Overpass and Nominatim on this computer, for tests.

It answers from the real extract of Las Palmas by working out what it is asked, and can also be slow, wrong, partial,
busy, sending elsewhere, and gone.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import shapely

from tests.overpass_query_reader import QueryError, World, answer

EXTRACT = Path(__file__).resolve().parents[1] / "data" / "las-palmas" / "osm" / "las-palmas.osm.pbf"
NEIGHBOURHOODS = EXTRACT.parents[1] / "boundaries" / "neighbourhoods.parquet"
BASE = "2023-02-21T21:21:48Z"
FREE = "Connected as: 1\nCurrent time: 2023-02-22T00:00:00Z\nRate limit: 2\n2 slots available now.\n"
BUSY_PAGE = b'<?xml version="1.0"?>\n<html><body><p><strong>Error</strong>: runtime error: too busy</p></body></html>'


@cache
def las_palmas() -> World:
    """The extract, read once for all tests."""
    return World.read(EXTRACT)


@dataclass
class StandIn:
    """One server. Faults are used up one a question; `always` is met by every question."""

    url: str = ""
    faults: deque[str] = field(default_factory=deque)
    always: str = ""
    status: str = FREE
    retry_after: str = ""
    elsewhere: str = ""
    """Where it redirects to."""
    questions: list[str] = field(default_factory=list)
    """What Overpass was asked, faults included."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of everything that came."""
    headers: list[dict[str, str]] = field(default_factory=list)
    base: str = BASE

    @property
    def overpass(self) -> str:
        return f"{self.url}/api"

    @property
    def nominatim(self) -> str:
        return f"{self.url}/nominatim"


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A server while the block runs."""
    las_palmas()  # before anybody waits for an answer
    state = StandIn()
    handler = type("Handler", (_Handler,), {"state": state})
    server = _Server(("127.0.0.1", 0), handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked may hang up: that is not told."""


class _Handler(BaseHTTPRequestHandler):
    state: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self.note()
        path, words = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/api/status":
            self.send(200, self.state.status.encode(), "text/plain")
        elif path == "/nominatim/search":
            self.answer(lambda: search(words["q"][0]))
        elif path == "/nominatim/lookup":
            self.answer(lambda: lookup(words["osm_ids"][0]))
        else:
            self.send(404, b"<html>not here</html>", "text/html")

    def do_POST(self) -> None:
        self.note()
        length = int(self.headers.get("Content-Length", 0))
        question = parse_qs(self.rfile.read(length).decode())["data"][0]
        self.state.questions.append(question)
        if self.path != "/api/interpreter":
            self.send(404, b"<html>not here</html>", "text/html")
            return
        self.answer(lambda: self.overpass(question))

    def note(self) -> None:
        self.state.requests.append((self.command, self.path))
        self.state.headers.append(dict(self.headers))

    def overpass(self, question: str) -> dict[str, object]:
        return {
            "version": 0.6,
            "generator": "Overpass API stand-in",
            "osm3s": {"timestamp_osm_base": self.state.base, "copyright": "OpenStreetMap, ODbL"},
            "elements": answer(las_palmas(), question),
        }

    def answer(self, whole) -> None:
        fault = self.state.always or (self.state.faults.popleft() if self.state.faults else "")
        if fault in ("429", "502", "504", "403"):
            self.send(int(fault), BUSY_PAGE, "text/html")
        elif fault == "redirect":
            self.send(302, b"", "text/html", {"Location": self.state.elsewhere})
        elif fault == "html":
            self.send(200, BUSY_PAGE, "text/html")
        elif fault == "hang":
            threading.Event().wait(1.0)
            self.close_connection = True
        else:
            try:
                content = whole()
            except QueryError as error:
                self.send(400, f"<html><body>{error}</body></html>".encode(), "text/html")
                return
            self.spoilt(content, fault)

    def spoilt(self, content, fault: str) -> None:
        """The answer, with a fault."""
        if isinstance(content, dict):
            content = spoilt_content(content, fault)
        body = json.dumps(content).encode()
        if fault == "broken":
            body = body[: len(body) // 2]
        if fault == "cut off":
            self.send_head(200, len(body), "application/json")
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        if fault in ("chunked", "chunked cut off", "trickle"):
            self.in_chunks(body, fault)
            return
        self.send(200, body, "application/json")

    def in_chunks(self, body: bytes, fault: str) -> None:
        """Piece by piece, as Overpass itself does; not to the end, or a byte at a time."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        size = 1 if fault == "trickle" else 5000
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            if fault == "trickle":
                threading.Event().wait(0.02)
            if fault == "chunked cut off" and start > len(body) // 2:
                self.close_connection = True
                return
        self.wfile.write(b"0\r\n\r\n")

    def send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_head(status, len(body), kind, more)
        self.wfile.write(body)

    def send_head(self, status: int, length: int, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        if status in (429, 504) and self.state.retry_after:
            self.send_header("Retry-After", self.state.retry_after)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()


def spoilt_content(content: dict[str, object], fault: str) -> dict[str, object]:
    """An answer of Overpass, with a fault."""
    elements = content["elements"]
    assert isinstance(elements, list)
    if fault in ("timed out", "out of memory"):
        return {**content, "elements": [], "remark": f'runtime error: Query {fault} in "query" at line 3'}
    if fault == "dispatcher":
        remark = "runtime error: open64: 0 Success /osm3s_osm_base Dispatcher_Client::request_read_and_idx::timeout"
        return {**content, "elements": [], "remark": remark}
    if fault == "half remark":
        return {**content, "elements": elements[: len(elements) // 2], "remark": "runtime error: Query timed out"}
    if fault == "fewer":
        return {**content, "elements": elements[:-1]}
    if fault == "nothing":
        count = {"type": "count", "id": 0, "tags": {"nodes": "0", "ways": "0", "relations": "0", "total": "0"}}
        return {**content, "elements": [count]}
    if fault == "elsewhere":
        return {**content, "elements": [{**e, "lon": e["lon"] + 10.0} if "lon" in e else e for e in elements]}
    return content


@cache
def municipality() -> dict[str, object]:
    """Las Palmas as Nominatim gives it: the boundary relation of the extract, assembled."""
    world = las_palmas()
    number, tags = next((n, t) for n, t in world.tags["relation"].items() if t.get("admin_level") == "8")
    lines = [
        shapely.linestrings([world.places[node] for node in world.nodes[ref]])
        for kind, ref, _ in world.members[number]
        if kind == "way" and ref in world.nodes
    ]
    shape = shapely.union_all(shapely.polygonize(lines).geoms)
    return _result("relation", number, tags["name"], "boundary", "administrative", 0.62, shape)


@cache
def vegueta() -> dict[str, object]:
    """The old town, with the outline that the city's own file gives it: the extract has no boundary of it."""
    neighbourhoods = gpd.read_parquet(NEIGHBOURHOODS)
    shape = neighbourhoods.set_index("label").geometry.make_valid()["Vegueta"]
    return _result("relation", 900001, "Vegueta", "boundary", "administrative", 0.3, shape)


def search(words: str) -> list[dict[str, object]]:
    """Places of that name."""
    if "las palmas" in words.lower():
        centre = _result(
            "node", 303947424, "Las Palmas de Gran Canaria", "place", "city", 0.6, shapely.Point(-15.43, 28.12)
        )
        return [municipality(), centre]
    if words == "Vegueta":
        return [vegueta()]
    if words == "Alfredo Kraus":
        return [_result("node", 5, words, "amenity", "theatre", 0.4, shapely.Point(-15.45, 28.13))]
    if words == "Twin Town":  # synthetic
        boxes = (shapely.box(2.0, 41.0, 2.1, 41.1), shapely.box(-70.1, -33.1, -70.0, -33.0))
        names = ("Twin Town, Spain", "Twin Town, Chile")
        pairs = enumerate(zip(names, boxes, strict=True), start=11)
        return [_result("relation", n, name, "boundary", "administrative", 0.5, box) for n, (name, box) in pairs]
    if words == "Wide Land":  # synthetic
        return [_result("relation", 21, words, "boundary", "administrative", 0.9, shapely.box(0, 40, 5, 45))]
    return []


def lookup(osm_ids: str) -> list[dict[str, object]]:
    """The place of that number."""
    found = municipality()
    return [found] if osm_ids == f"R{found['osm_id']}" else []


def _result(kind, number, name, category, sort, importance, shape) -> dict[str, object]:
    left, bottom, right, top = shape.bounds
    return {
        "place_id": number, "licence": "Data © OpenStreetMap contributors, ODbL 1.0", "osm_type": kind, "osm_id": number,
        "lat": str(shape.centroid.y), "lon": str(shape.centroid.x), "class": category, "type": sort, "place_rank": 16,
        "importance": importance, "addresstype": sort, "name": name, "display_name": f"{name}, Canarias, España",
        "boundingbox": [str(bottom), str(top), str(left), str(right)], "geojson": json.loads(shapely.to_geojson(shape)),
    }  # fmt: skip
