"""Publish: the folium map, the GeoPackage, their styles, and the words in each language."""
