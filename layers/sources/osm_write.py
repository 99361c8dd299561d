"""Writing an OSM extract: the same elements give the same bytes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

from layers.sources.osm_file import UNITS_A_DEGREE
from layers.sources.overpass_answer import Answer
from spatial.errors import OutputError

_UNFINISHED = ".linli-unfinished-"


def write_pbf(elements: Answer, path: Path) -> None:
    """Write elements as ``.osm.pbf``, sorted by kind and number, without who edited them and when.

    The file takes its place only when it is whole; until then what was there stays.

    Raises
    ------
    OutputError
        The disk is full, or the folder cannot be written to.
    """
    header = osmium.io.Header()
    header.set("generator", "linli")
    header.set("osmosis_replication_timestamp", elements.base)
    header.set("pbf_dense_nodes", "true")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=path.parent) as folder:
            unfinished = Path(folder) / "extract.osm.pbf"
            with osmium.SimpleWriter(str(unfinished), header=header) as writer:
                _write(elements, writer)
            unfinished.replace(path)
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"{path.name}: cannot be written ({getattr(error, 'strerror', None) or 'the disk may be full'}); what was "
            "there before is untouched; make room, or check that the folder may be written to"
        ) from None


def _write(elements: Answer, writer: osmium.SimpleWriter) -> None:
    places = elements.node_xy / UNITS_A_DEGREE
    for number, place in zip(elements.node_id.tolist(), places.tolist(), strict=True):
        writer.add_node(Node(id=number, location=tuple(place), tags=elements.node_tags.get(number)))
    for number, (nodes, tags) in elements.ways.items():
        writer.add_way(Way(id=number, nodes=nodes.tolist(), tags=tags))
    for number, (members, tags) in elements.relations.items():
        writer.add_relation(Relation(id=number, members=list(members), tags=tags))
