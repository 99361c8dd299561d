"""The walk network as a table: internal, to compute every distance again."""

from __future__ import annotations

import geopandas as gpd

from analyses.results import Results


def network_frame(results: Results) -> gpd.GeoDataFrame:
    """Exactly the network that points were attached to: columns of `columns.NETWORK`, study CRS."""
    network = results.network
    return gpd.GeoDataFrame(
        {
            "edge_id": network.edge_id,
            "start_node_id": network.node_id[network.edge_start],
            "end_node_id": network.node_id[network.edge_end],
            "length_m": network.edge_length_m,
            "forward": network.edge_forward,
            "backward": network.edge_backward,
            "highway": network.edge_highway,
            "component": network.edge_component,
        },
        geometry=network.edge_line,
        crs=network.crs,
    )
