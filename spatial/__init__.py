"""Measure: geometry, coordinate reference systems, grids, and the walk network with its searches.

Nothing in this room knows of people, parks or floods, and nothing in it reads or writes a file.
"""
