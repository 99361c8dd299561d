"""All ways to colour the communities, in the order of their choice."""

from __future__ import annotations

from analyses.results import Results
from maps import legend
from maps.equity_view import cluster_views
from maps.lasting_view import lasting_views
from maps.refuge_view import refuge_views
from maps.view import View
from maps.vulnerability_view import vulnerability_views


def all_views(results: Results, language: str) -> tuple[View, ...]:
    """The one that the map opens with first; those of a group are folded away together."""
    return (
        *legend.views(results, language),
        *refuge_views(results, language),
        *lasting_views(results, language),
        *vulnerability_views(results, language),
        *cluster_views(results, language),
    )
