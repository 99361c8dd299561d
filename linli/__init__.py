"""Linli (邻里, neighbourhood): spatial resilience of communities.

from linli import Study, assess, load, publish

study = Study.read("study.toml")
results = assess(load(study))
publish(results, "out/my-city")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layers.types import Study
    from linli.api import assess, load, publish

__version__ = "0.1.0"
__all__ = ["Study", "__version__", "assess", "load", "publish"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  the names are of several types
    """Import the four names when they are first used: `linli --help` should not wait for geopandas."""
    if name in __all__:
        from linli import api

        return getattr(api, name)
    raise AttributeError(f"module 'linli' has no attribute {name!r}")
