"""What a GeoJSON file must not say, wherever in it that stands: large files are looked through in pieces."""

from __future__ import annotations

import pytest

from layers.sources import geojson
from layers.sources.geojson import check_geojson
from spatial.errors import SourceError

PIECE = 512


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b'"crs": {"type": "link", "properties": {"href": "http://example.org/crs"}}', "fetched from an address"),
        (b'"type": "gdal_streamed_alg"', "a GDAL pipeline"),
        (b'"type": "gdal_streamed\\u005falg"', "a GDAL pipeline"),
    ],
)
def test_what_lies_across_two_pieces_is_seen(tmp_path, monkeypatch, bad, words):
    monkeypatch.setattr(geojson, "_CHUNK_BYTES", PIECE)
    path = tmp_path / "a.geojson"
    start = b'{"type": "FeatureCollection", "name": "'
    for cut in range(1, len(bad), 5):
        path.write_bytes(start.ljust(PIECE - cut - 3, b"x") + b'", ' + bad + b', "features": []}')
        with pytest.raises(SourceError, match=words):
            check_geojson(path, "parks (a.geojson)")


def test_a_long_file_without_any_of_it_is_let_through(tmp_path, monkeypatch):
    monkeypatch.setattr(geojson, "_CHUNK_BYTES", PIECE)
    path = tmp_path / "a.geojson"
    path.write_bytes(b'{"type": "FeatureCollection", "features": [' + b", ".join([b'{"a": 1}'] * 500) + b"]}")
    check_geojson(path, "parks (a.geojson)")
