"""Publish: the folium map, the GeoPackage, their styles, and the words in each language."""

from __future__ import annotations

from maps.draw import draw

__all__ = ["draw"]
