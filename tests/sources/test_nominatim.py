"""Nominatim, asked by OSMnx through our door."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
import shapely

from layers.sources.nominatim import find_place
from layers.sources.web import Asker, Clock, Endpoint, Patience, endpoint
from spatial.errors import SourceError, SourceUnreachable
from tests import overpass_stand_in
from tests.overpass_stand_in import municipality, stand_in

PATIENCE = Patience(attempts=3, silence_s=5.0)


@pytest.fixture
def server(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # OSMnx leaves a second between requests
    with stand_in() as running:
        yield running
    assert os.listdir(tmp_path) == [], "OSMnx keeps nothing in the current folder"  # noqa: PTH208


@pytest.fixture
def slept():
    return []


@pytest.fixture
def asker(slept):
    return Asker("linli/test", clock=Clock(sleep=slept.append, chance=lambda: 0.5), patience=PATIENCE)


def where(server) -> Endpoint:
    return endpoint(server.nominatim, "--nominatim")


def test_a_place_comes_with_its_outline(server, asker):
    place = find_place("Las Palmas de Gran Canaria", where(server), asker, ("en", "zh"))
    assert (place.osm_id, place.name) == ("relation/340783", "Las Palmas de Gran Canaria")
    assert place.full_name == "Las Palmas de Gran Canaria, Canarias, España"
    assert place.area.equals(shapely.from_geojson(str(municipality()["geojson"]).replace("'", '"')))
    assert 0.009 < place.area.area < 0.010
    assert server.headers[0]["User-Agent"] == "linli/test"
    assert server.headers[0]["Accept-Language"] == "en,zh"


def test_a_place_is_found_by_its_id(server, asker):
    assert find_place("relation/340783", where(server), asker).name == "Las Palmas de Gran Canaria"
    with pytest.raises(SourceError, match="knows no place"):
        find_place("relation/1", where(server), asker)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Atlantis", r"--place 'Atlantis': OpenStreetMap knows no place of this name"),
        ("Alfredo Kraus", r"only what has no outline: node/5 \(Alfredo Kraus, Canarias, España, theatre\)"),
        ("Twin Town", r"several places may be meant: relation/11 \(.*\); relation/12 \(.*\).*--place relation/11$"),
    ],
)
def test_what_was_found_instead_is_said(server, asker, words, said):
    with pytest.raises(SourceError, match=said) as failure:
        find_place(words, where(server), asker)
    assert not isinstance(failure.value, SourceUnreachable)


@pytest.mark.parametrize("fault", ["429", "504", "broken", "cut off"])
def test_a_setback_that_passes_is_waited_out(server, asker, slept, fault):
    server.faults.append(fault)
    assert find_place("Las Palmas", where(server), asker).osm_id == "relation/340783"
    assert slept == [5.0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("429", r"it answers 429, too many requests \(asked 3 times\)"),
        ("403", r"it refuses to answer us; try again later, name another server with --nominatim"),
        ("html", r"its answer is no list of places"),
    ],
)
def test_a_server_that_fails_is_no_place_that_is_missing(server, asker, fault, words):
    server.always = fault
    with pytest.raises(SourceUnreachable, match=words):
        find_place("Las Palmas", where(server), asker)


def test_a_server_that_is_gone_cannot_be_reached(server, asker):
    with stand_in() as gone:
        pass
    with pytest.raises(SourceUnreachable, match="cannot be reached"):
        find_place("Las Palmas", where(gone), asker)


def test_nobody_is_followed_elsewhere(server, asker):
    with stand_in() as other:
        server.always, server.elsewhere = "redirect", f"{other.nominatim}/search?q=las+palmas"
        with pytest.raises(SourceUnreachable, match="we go nowhere that you did not name"):
            find_place("Las Palmas", where(server), asker)
        assert other.requests == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: place.pop("geojson"),
        lambda place: place.update(geojson={"type": "Polygon", "coordinates": "none"}),
        lambda place: place.update(osm_id="R1"),
        lambda place: place.update(boundingbox=[]),
        lambda place: place.update(display_name=None),
        lambda place: place.update(importance="high"),
        lambda place: place.update(lat="north"),
    ],
)
def test_a_result_that_lacks_something_is_no_answer(server, asker, monkeypatch, spoil):
    place = dict(municipality())
    spoil(place)
    monkeypatch.setattr(overpass_stand_in, "search", lambda words: [place])
    with pytest.raises(SourceUnreachable, match="no list of places"):
        find_place("Las Palmas", where(server), asker)


@pytest.mark.parametrize(
    "outline",
    [
        {"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [200, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]]},
    ],
)
def test_a_broken_outline_is_refused(server, asker, monkeypatch, outline):
    monkeypatch.setattr(overpass_stand_in, "search", lambda words: [{**municipality(), "geojson": outline}])
    with pytest.raises(SourceError, match="relation/340783: its outline is broken"):
        find_place("Las Palmas", where(server), asker)


def test_names_from_the_net_cannot_steer_a_terminal(server, asker, monkeypatch):
    named = {**municipality(), "name": "Las\x1b[2J Palmas\n\u202e", "display_name": "a\x1b]0;b\x07"}
    monkeypatch.setattr(overpass_stand_in, "search", lambda words: [named])
    place = find_place("Las Palmas", where(server), asker)
    assert (place.name, place.full_name) == ("Las [2J Palmas", "a ]0;b")


def test_an_endless_answer_is_not_taken(server, asker):
    small = replace(asker, patience=replace(PATIENCE, answer_bytes=1000))
    with pytest.raises(SourceUnreachable, match="larger than"):
        find_place("Las Palmas", where(server), small)
