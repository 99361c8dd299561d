"""Load: where data come from, what a valid layer is, OSM tag rules, provenance.

Only `layers.sources`, `layers.study` and `layers.load` touch the disk.
"""
