"""Overpass: a whole answer or a setback with its reason, from a server that may do anything."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely

from layers.osm_elements import element_rules
from layers.sources.overpass import Overpass, judged, slot_wait_s
from layers.sources.overpass_query import query, statements
from layers.sources.web import Asker, Clock, Patience, Setback, TooMuch, endpoint
from spatial.errors import SourceError, SourceUnreachable
from tests.overpass_stand_in import las_palmas, spoilt_content, stand_in

SQUARE = shapely.box(-15.4165, 28.0995, -15.4145, 28.1010)
"""Around the Plaza de Santa Ana."""
QUESTION = query(statements(element_rules()), SQUARE)
QUICK = Patience(attempts=3, silence_s=5.0)


class Sleeper:
    """A clock that only notes how long it was to sleep."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.clock = Clock(
            sleep=self.slept.append,
            monotonic=lambda: 0.0,
            now=lambda: datetime(2026, 3, 1, tzinfo=UTC),
            chance=lambda: 0.5,
        )


@pytest.fixture
def server():
    with stand_in() as running:
        yield running


@pytest.fixture
def sleeper():
    return Sleeper()


def overpass(server, sleeper, patience=QUICK, say=lambda line: None) -> Overpass:
    return Overpass(endpoint(server.overpass, "--overpass"), Asker("linli/test", say, sleeper.clock, patience))


def test_a_question_is_answered_whole(server, sleeper):
    body, answer = overpass(server, sleeper).fetch(QUESTION, SQUARE)
    assert json.loads(body)["osm3s"]["timestamp_osm_base"] == answer.base == "2023-02-21T21:21:48Z"
    square = next(number for number, (_, tags) in answer.ways.items() if tags.get("name") == "Plaza de Santa Ana")
    nodes, tags = answer.ways[square]
    assert nodes.tolist() == las_palmas().nodes[square]
    assert tags == las_palmas().tags["way"][square]
    assert sleeper.slept == []
    agents = {headers["User-Agent"] for headers in server.headers}
    assert agents == {"linli/test"}


@pytest.mark.parametrize(
    "fault", ["429", "502", "504", "html", "broken", "cut off", "chunked cut off", "dispatcher", "fewer"]
)
def test_a_setback_that_passes_is_waited_out(server, sleeper, fault):
    server.faults.append(fault)
    said = []
    _, answer = overpass(server, sleeper, say=said.append).fetch(QUESTION, SQUARE)
    assert answer.counts()["ways"] > 50
    assert len(server.questions) == 2
    assert sleeper.slept == [5.0]
    assert len(said) == 1
    assert said[0].endswith("asking again in 5 s")


@pytest.mark.parametrize(
    ("fault", "asked", "words"),
    [
        ("429", 3, "it answers 429, too many requests (asked 3 times)"),
        ("504", 3, "it answers 504, it is overloaded (asked 3 times)"),
        ("html", 3, "it sends an error page instead of an answer"),
        ("broken", 3, "the answer is broken off or no JSON"),
        ("cut off", 3, "the answer broke off in the middle"),
        ("dispatcher", 3, "it did not finish"),
        ("fewer", 3, "the answer is incomplete: the server counted"),
        ("403", 1, "it answers 403, it refuses to answer us;"),
        ("elsewhere", 1, "it answers about another place than we asked about"),
    ],
)
def test_one_that_does_not_pass_ends_with_its_reason(server, sleeper, fault, asked, words):
    server.always = fault
    with pytest.raises(SourceUnreachable) as failure:
        overpass(server, sleeper).fetch(QUESTION, SQUARE)
    assert words in str(failure.value)
    assert "run the same command again later, or name another server" in str(failure.value)
    assert len(server.questions) == asked
    assert sleeper.slept == [5.0, 10.0][: asked - 1]


@pytest.mark.parametrize("fault", ["timed out", "out of memory", "half remark"])
def test_what_a_query_left_unfinished_is_too_much_and_no_answer(server, sleeper, fault):
    server.always = fault
    with pytest.raises(TooMuch, match="more time or memory than the server gives"):
        overpass(server, sleeper).fetch(QUESTION, SQUARE)


def test_an_answer_larger_than_we_take_is_too_much(server, sleeper):
    with pytest.raises(TooMuch, match="larger than 0 MB"):
        overpass(server, sleeper, replace(QUICK, answer_bytes=10_000)).fetch(QUESTION, SQUARE)


def test_an_answer_in_pieces_is_the_same(server, sleeper):
    whole, _ = overpass(server, sleeper).fetch(QUESTION, SQUARE)
    server.faults.append("chunked")
    assert overpass(server, sleeper).fetch(QUESTION, SQUARE)[0] == whole
    assert sleeper.slept == []


def test_a_byte_now_and_then_is_no_answer(server, sleeper):
    """On the real clock, since the limit of time is what is held: without it the bytes would come for many minutes."""
    server.always = "trickle"
    real = replace(sleeper.clock, monotonic=time.monotonic)
    asker = Asker("linli/test", clock=real, patience=replace(QUICK, attempts=1, answer_s=0.1))
    began = time.monotonic()
    with pytest.raises(SourceUnreachable, match="was not complete after 0 s"):
        Overpass(endpoint(server.overpass, "--overpass"), asker).fetch(QUESTION, SQUARE)
    assert time.monotonic() - began < 5.0


def test_an_answer_that_takes_hours_is_given_up(server, sleeper):
    hours = iter(range(0, 100_000_000, 3600))
    slow = replace(sleeper.clock, monotonic=lambda: float(next(hours)))
    asker = Asker("linli/test", clock=slow, patience=QUICK)
    with pytest.raises(SourceUnreachable, match="was not complete after 900 s"):
        Overpass(endpoint(server.overpass, "--overpass"), asker).fetch(QUESTION, SQUARE)


def test_a_server_that_says_nothing_is_not_waited_for_without_end(server, sleeper):
    server.always = "hang"
    with pytest.raises(SourceUnreachable, match=r"does not answer in time|hung up"):
        overpass(server, sleeper, replace(QUICK, attempts=1, silence_s=0.1)).fetch(QUESTION, SQUARE)


def test_a_server_that_is_gone_cannot_be_reached(sleeper):
    with stand_in() as gone:
        pass
    with pytest.raises(SourceUnreachable, match=r"cannot be reached, or hung up \(asked 3 times\)"):
        overpass(gone, sleeper).fetch(QUESTION, SQUARE)


def test_without_a_network_it_ends_after_one_more_try(server, sleeper, monkeypatch):
    def nobody(*arguments: object, **named: object):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    unknown = Overpass(
        endpoint("https://overpass.invalid/api", "--overpass"),
        Asker("linli/test", clock=sleeper.clock, patience=Patience(attempts=5)),
    )
    with pytest.raises(
        SourceUnreachable, match=r"its name cannot be found: this computer has no network.*asked 2 times"
    ):
        unknown.fetch(QUESTION, SQUARE)
    assert sleeper.slept == [5.0]


def test_nobody_is_followed_elsewhere(server, sleeper):
    with stand_in() as other:
        server.always, server.elsewhere = "redirect", f"{other.overpass}/interpreter"
        with pytest.raises(SourceUnreachable, match=r"sends us on to '127.0.0.1', and we go nowhere"):
            overpass(server, sleeper).fetch(QUESTION, SQUARE)
        assert other.requests == []


def test_retry_after_is_honoured_and_a_day_is_not_waited(server, sleeper):
    server.faults.append("429")
    server.retry_after = "42"
    overpass(server, sleeper).fetch(QUESTION, SQUARE)
    assert sleeper.slept == [42.0]
    server.faults.append("429")
    server.retry_after = "Sun, 01 Mar 2026 00:01:00 GMT"  # the clock stands at midnight
    overpass(server, sleeper).fetch(QUESTION, SQUARE)
    assert sleeper.slept == [42.0, 60.0]
    server.faults.append("429")
    server.retry_after = "86400"
    with pytest.raises(SourceUnreachable, match="too many requests"):
        overpass(server, sleeper).fetch(QUESTION, SQUARE)
    assert sleeper.slept == [42.0, 60.0]


def test_our_turn_is_waited_for(server, sleeper):
    server.status = (
        "Rate limit: 2\nSlot available after: 2026-03-01T00:00:17Z, in 17 seconds.\nCurrently running queries\n"
    )
    overpass(server, sleeper).fetch(QUESTION, SQUARE)
    assert sleeper.slept == [18.0]


@pytest.mark.parametrize(
    ("status", "wait_s"),
    [
        ("2 slots available now.\n", 0.0),
        ("1 slot available now.\nSlot available after: x, in 99 seconds.\n", 0.0),
        ("Slot available after: x, in 30 seconds.\nSlot available after: y, in 4 seconds.\n", 5.0),
        ("Slot available after: x, in -3 seconds.\n", 1.0),
        ("Rate limit: 0\nCurrently running queries (pid, space limit, time limit, start time):\n", 0.0),
        ("<html>no status here</html>", 0.0),
    ],
)
def test_the_status_says_when_it_is_our_turn(status, wait_s):
    assert slot_wait_s(status) == wait_s


def test_the_password_of_an_address_is_sent_and_never_told(server, sleeper):
    address = server.overpass.replace("http://", "http://office:geheim@")
    where = endpoint(address, "--overpass")
    Overpass(where, Asker("linli/test", clock=sleeper.clock)).fetch(QUESTION, SQUARE)
    assert all(headers["Authorization"].startswith("Basic ") for headers in server.headers)
    server.always = "403"
    with pytest.raises(SourceUnreachable) as failure:
        Overpass(where, Asker("linli/test", clock=sleeper.clock)).fetch(QUESTION, SQUARE)
    assert "geheim" not in f"{failure.value} {where!r} {where.shown}"
    assert where.shown == server.overpass


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.org/api",
        "overpass-api.de/api",
        "",
        "https://",
        "https://a.org/api?key=1",
        "https://a.org:99999/api",
        "http://[",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(SourceError, match="--overpass: is no address of a service"):
        endpoint(address, "--overpass")


def test_only_our_own_network_is_asked_without_encryption():
    for host in ("127.0.0.1:80", "localhost", "[::1]:8080", "192.168.1.4", "geoserver", "osm.office.internal"):
        assert endpoint(f"http://{host}/api/", "--overpass").url == f"http://{host}/api"
    for host in ("overpass-api.de", "8.8.8.8"):
        with pytest.raises(SourceError, match="is not encrypted"):
            endpoint(f"http://{host}/api", "--overpass")


WHOLE = {
    "osm3s": {"timestamp_osm_base": "2026-01-01T00:00:00Z"},
    "elements": [
        {"type": "count", "id": 0, "tags": {"nodes": "2", "ways": "1", "relations": "0", "total": "3"}},
        {"type": "node", "id": 1, "lon": -15.4160, "lat": 28.1000},
        {"type": "node", "id": 2, "lon": -15.4155, "lat": 28.1000, "tags": {"barrier": "gate"}},
        {"type": "way", "id": 3, "nodes": [1, 2], "tags": {"highway": "footway"}},
    ],
}
"""Synthetic: one footway."""


def broken(change) -> bytes:
    twin = json.loads(json.dumps(WHOLE))
    change(twin)
    return json.dumps(twin).encode()


def test_the_whole_twin_is_an_answer():
    answer = judged(json.dumps(WHOLE).encode(), SQUARE)
    assert answer.counts() == {"nodes": 2, "ways": 1, "relations": 0}
    assert answer.node_tags == {2: {"barrier": "gate"}}
    assert answer.node_xy.tolist() == [[-154160000, 281000000], [-154155000, 281000000]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a.pop("elements"), "no elements"),
        (lambda a: a.pop("osm3s"), "how old"),
        (lambda a: a["osm3s"].update(timestamp_osm_base="yesterday"), "how old"),
        (lambda a: a["elements"].pop(0), "lacks the server's count"),
        (lambda a: a["elements"].pop(), "counted 2 nodes, 1 ways, 0 relations, 2 nodes, 0 ways, 0 relations came"),
        (lambda a: a["elements"][1].update(lon=181), "elements that are none"),
        (lambda a: a["elements"][1].update(lon=float("nan")), "elements that are none"),
        (lambda a: a["elements"][1].update(id="1"), "elements that are none"),
        (lambda a: a["elements"][1].update(id=2**70), "elements that are none"),
        (lambda a: a["elements"][3].update(nodes=[1, None]), "elements that are none"),
        (lambda a: a["elements"][3].update(tags={"highway": 1}), "elements that are none"),
        (lambda a: a["elements"][3].update(tags=["highway"]), "elements that are none"),
        (lambda a: a["elements"].append({"type": "user", "id": 4}), "elements that are none"),
        (lambda a: a["elements"].append(None), "elements that are none"),
    ],
)
def test_a_broken_twin_is_none(change, words):
    with pytest.raises(Setback, match=words):
        judged(broken(change), SQUARE)


def answer_of(nodes, ways=(), relations=()) -> bytes:
    """Synthetic: nodes as (number, longitude, latitude), ways as (number, nodes), relations as (number, ways)."""
    elements = [{"type": "node", "id": n, "lon": lon, "lat": lat} for n, lon, lat in nodes]
    elements += [{"type": "way", "id": n, "nodes": refs, "tags": {"highway": "path"}} for n, refs in ways]
    elements += [
        {"type": "relation", "id": n, "members": [{"type": "way", "ref": ref, "role": "outer"} for ref in refs]}
        for n, refs in relations
    ]
    counts = {"nodes": str(len(nodes)), "ways": str(len(ways)), "relations": str(len(relations))}
    count = {"type": "count", "id": 0, "tags": counts}
    return json.dumps({"osm3s": WHOLE["osm3s"], "elements": [count, *elements]}).encode()


HERE, NEAR = (1, -15.416, 28.100), (2, -15.415, 28.100)


@pytest.mark.parametrize(
    "elements",
    [
        ([(1, -30.0, 10.0), (2, 5.0, 50.0)],),
        ([HERE, (3, 2.0, 48.0), (4, 2.1, 48.0)],),
        ([HERE, NEAR, (3, 2.0, 48.0), (4, 2.1, 48.0)], [(1, [1, 2]), (2, [3, 4])]),
        ([(3, 2.0, 48.0), (4, 2.1, 48.0)], [(2, [3, 4])], [(1, [2])]),
    ],
)
def test_what_lies_elsewhere_is_seen_element_by_element(elements):
    with pytest.raises(Setback, match="about another place"):
        judged(answer_of(*elements), SQUARE)


def test_what_belongs_to_an_element_may_lie_elsewhere():
    far = [(3, 2.0, 48.0), (4, 2.1, 48.0)]
    judged(answer_of([HERE, *far], [(1, [1, 3]), (2, [3, 4])], [(1, [1, 2])]), SQUARE)
    across = answer_of([(1, -15.5, 28.1), (2, -15.3, 28.1)], [(1, [1, 2])])
    assert judged(across, SQUARE).counts()["ways"] == 1, "a way across the area with no node in it"
    many = [(n, -15.416, 28.100) for n in range(10, 210)]
    judged(answer_of([*many, (3, 2.0, 48.0)]), SQUARE)


@pytest.mark.parametrize("nodes", [[5, 6], [1, 2, 3], []])
def test_ways_without_their_nodes_are_no_whole_answer(nodes):
    with pytest.raises(Setback, match="nodes are missing of 1 of its ways") as setback:
        judged(answer_of([HERE, NEAR], [(1, [1, 2]), (2, nodes)]), SQUARE)
    assert setback.value.again


def test_a_deeply_nested_answer_is_none():
    with pytest.raises(Setback, match="no JSON"):
        judged(b"[" * 100_000, SQUARE)


def test_every_remark_spoils_an_answer():
    whole = json.loads(json.dumps(WHOLE))
    for fault in ("timed out", "dispatcher", "half remark"):
        with pytest.raises(Setback):
            judged(json.dumps(spoilt_content(whole, fault)).encode(), SQUARE)
    with pytest.raises(Setback, match="did not finish"):
        judged(json.dumps({**whole, "remark": "something new"}).encode(), SQUARE)
