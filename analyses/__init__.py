"""Assess: standards, access, provision, exposure, shortfalls. Pure functions from layers to tables."""
