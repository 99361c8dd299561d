"""Which servers are asked: what the command line says, else the environment, else OSMnx's defaults. Never a file."""

from __future__ import annotations

import os

from layers.sources import nominatim, overpass
from layers.sources.web import Asker, Endpoint, endpoint
from linli import __version__
from spatial.progress import OnStep

OVERPASS_VARIABLE = "LINLI_OVERPASS"
NOMINATIM_VARIABLE = "LINLI_NOMINATIM"


def overpass_server(option: str | None) -> Endpoint:
    """The Overpass server to ask.

    Raises
    ------
    SourceError
        Its address is none, or not encrypted.
    """
    return _chosen(option, "--overpass", OVERPASS_VARIABLE, overpass.default_address)


def nominatim_server(option: str | None) -> Endpoint:
    """The Nominatim server to ask. Errors are those of `overpass_server`."""
    return _chosen(option, "--nominatim", NOMINATIM_VARIABLE, nominatim.default_address)


def asker(say: OnStep) -> Asker:
    """Asks as this program, and tells `say` when it has to wait."""
    return Asker(f"linli/{__version__} (spatial resilience of communities)", say)


def _chosen(option: str | None, name: str, variable: str, default: object) -> Endpoint:
    if option:
        return endpoint(option, name)
    named = os.environ.get(variable)
    if named:
        return endpoint(named, variable)
    assert callable(default)
    return endpoint(default(), name)
