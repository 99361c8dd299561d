"""Adapters from files to frames: one module for each family of formats."""
