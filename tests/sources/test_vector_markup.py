"""GeoJSON and KML of strangers: they may not make their reader fetch, run or expand anything."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest
import shapely

from layers.origins import Origin
from layers.sources.vector import read_vector
from spatial.errors import LayerError, SourceError

POINT = {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
SQUARE = "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"


class Asked(http.server.BaseHTTPRequestHandler):
    """Notes what it is asked for."""

    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """A loopback server that nobody should ever ask; its address."""
    Asked.seen.clear()
    with http.server.HTTPServer(("127.0.0.1", 0), Asked) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/"
        listening.shutdown()
        thread.join()


def collection(**more: object) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": [POINT]})


def refused(path: Path, expected: str, kind: type[Exception] = SourceError) -> None:
    with pytest.raises(kind, match=expected) as caught:
        read_vector(Origin(path), "communities")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"communities ({path.name}): ")


LINKS = {
    "as the old form has it": lambda s, url: s(crs={"type": "link", "properties": {"href": url}}),
    "as an address": lambda s, url: s(crs={"type": "URL", "properties": {"url": url}}),
    "in capitals": lambda s, url: s(CRS={"type": "link", "properties": {"href": url}}),
    "in escapes": lambda s, url: s(crs={"type": "link", "properties": {"href": url}}).replace('"crs"', '"\\u0063rs"'),
    "both in escapes": lambda s, url: (
        s(crs={"type": "link", "properties": {"href": url}})
        .replace('"crs"', '"c\\u0072s"')
        .replace('"link"', '"\\u006Cink"')
    ),
    "behind much space": lambda s, url: s(crs={"type": "link", "properties": {"href": url}}).replace(
        '"crs": {', '"crs" :\n{' + " " * 100_000
    ),
    "at the end of a long file": lambda s, url: s(
        name="x" * 5_000_000, crs={"type": "link", "properties": {"href": url}}
    ),
}


@pytest.mark.parametrize("how", LINKS)
def test_a_reference_system_is_never_fetched(tmp_path, server, how):
    path = tmp_path / "a.geojson"
    path.write_text(LINKS[how](collection, server + "crs"))
    refused(path, "is to be fetched from an address")
    assert Asked.seen == []


def test_the_library_alone_would_fetch_it(tmp_path, server):
    """Why the check is there. Should this fail one day, the check has become a mere precaution."""
    path = tmp_path / "a.geojson"
    path.write_text(LINKS["in escapes"](collection, server + "crs"))
    pyogrio.read_info(path)
    assert Asked.seen == ["/crs"]


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32628"}}, "EPSG:32628"),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/32628"}}, "EPSG:32628"),
    ],
)
def test_a_reference_system_that_is_named_is_understood(tmp_path, crs, expected):
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "crs": crs,
                "features": [POINT | {"geometry": {"type": "Point", "coordinates": [400000, 3100000]}}],
            }
        )
    )
    assert read_vector(Origin(path), "communities").frame.crs.to_string() == expected


def test_an_attribute_that_is_called_crs_is_no_reference_system(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps(
            {"type": "FeatureCollection", "features": [POINT | {"properties": {"crs": "link", "name": '"crs": {'}}]}
        )
    )
    assert read_vector(Origin(path), "communities").frame["crs"].tolist() == ["link"]


def test_text_that_is_not_utf_8_is_told(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_bytes(
        json.dumps(
            {"type": "FeatureCollection", "features": [POINT | {"properties": {"名": "望京"}}]}, ensure_ascii=False
        )
        .replace("望京", "??")
        .encode()
        .replace(b"??", "望京".encode("gb18030"))
    )
    refused(path, "column '名' holds text that is not UTF-8")


# --------------------------------------------------------------------------- KML


def kml(body: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>units</name>{body}</Document></kml>'


def placemark(name: str, shape: str = SQUARE) -> str:
    return f"<Placemark><name>{name}</name><ExtendedData><Data name='code'><value>0011</value></Data></ExtendedData>{shape}</Placemark>"


def test_kml_is_read(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(kml(placemark("望京") + placemark("Ñandú")))
    read = read_vector(Origin(path), "communities", columns=["Name", "code"])
    assert read.frame.drop(columns="geometry").to_dict("list") == {"Name": ["望京", "Ñandú"], "code": ["0011", "0011"]}
    assert shapely.area(read.frame.geometry.to_numpy()).tolist() == [0.5, 0.5]
    assert read.frame.crs.to_epsg() == 4326
    assert read.caveats == ()


def test_links_and_styles_elsewhere_are_not_followed_but_told(tmp_path, server):
    path = tmp_path / "a.kml"
    link = f"<NetworkLink><Link><href>{server}more.kml</href></Link></NetworkLink><NetworkLink><Link><href>b.kml</href></Link></NetworkLink>"
    path.write_text(
        kml(link + placemark("a").replace("<ExtendedData>", f"<styleUrl>{server}s.kml#s</styleUrl><ExtendedData>"))
    )
    (tmp_path / "b.kml").write_text(kml(placemark("b")))
    read = read_vector(Origin(path), "communities")
    assert read.frame["Name"].tolist() == ["a"]
    assert [(c.code, c.count) for c in read.caveats] == [("links_not_followed", 2)]
    assert read.counts["links_not_followed"] == 2
    assert Asked.seen == []


def test_placemarks_that_the_reader_passes_over_are_told(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(kml(placemark("a") + f"<Schema>{placemark('b')}</Schema>"))
    refused(path, "1 of 2 placemarks can be read")


def test_folders_are_layers(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(kml("".join(f"<Folder><name>{n}</name>{placemark(n)}</Folder>" for n in ("parks", "squares"))))
    refused(path, "holds 2 layers and the study names none; .*parks, squares", LayerError)
    assert read_vector(Origin(path, layer="squares"), "communities").frame["Name"].tolist() == ["squares"]


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE kml [<!ENTITY e0 "ha">{ENTITIES}]>',
        '<!DOCTYPE kml [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_document_types_are_refused(tmp_path, head):
    path = tmp_path / "a.kml"
    path.write_text(kml(placemark("&e9;" if "e9" in head else "&secret;" if "secret" in head else "a"), head))
    refused(path, "declares a document type")


def test_a_document_type_in_another_encoding_is_refused_too(tmp_path):
    path = tmp_path / "a.kml"
    path.write_bytes(
        kml(placemark("a"), '<!DOCTYPE kml [<!ENTITY e "ha">]>').replace("UTF-8", "UTF-16").encode("utf-16")
    )
    refused(path, "declares a document type")


def test_absurd_nesting_is_refused(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(kml("<Folder>" * 10_000 + placemark("a") + "</Folder>" * 10_000))
    refused(path, "nested deeper than 200 levels")


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.99])
def test_a_truncated_kml_is_told(tmp_path, share):
    path = tmp_path / "a.kml"
    text = kml(placemark("a") + placemark("b")).encode()
    path.write_bytes(text[: int(len(text) * share)])
    refused(path, "empty|broken or incomplete")


def test_a_page_of_an_error_is_no_kml(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text("<html><body>404</body></html>")
    refused(path, "broken or incomplete")
