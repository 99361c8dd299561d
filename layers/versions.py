"""Versions of everything that numbers depend on."""

from __future__ import annotations

import platform
from importlib import metadata

import pyogrio
import pyproj
import rasterio
import shapely

_LIBRARIES = (
    "linli", "folium", "geopandas", "numpy", "openpyxl", "osmium", "pandas", "psycopg", "pyarrow", "pyflwdir",
    "pyogrio", "pyproj", "rasterio", "scipy", "shapely", "sqlalchemy",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Name -> version of Python, of ourselves, of the libraries, and of what they carry inside."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            # The packages also run from a clone that was never installed.
            found[name] = "not installed"
    return found | {
        "geos": shapely.geos_version_string,
        "proj (pyproj)": pyproj.proj_version_str,
        "gdal (pyogrio)": pyogrio.__gdal_version_string__,
        "gdal (rasterio)": rasterio.__gdal_version__,
    }
