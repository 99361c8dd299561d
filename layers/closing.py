"""What each kind of hazard does to bridges, tunnels and fords (``rules/closing.toml``)."""

from __future__ import annotations

from functools import cache

from layers.tag_rules import rule_file
from layers.types import HAZARD_KINDS
from spatial.closing import MANNERS, Manner
from spatial.errors import LayerError

_TRAITS = ("bridge", "tunnel", "ford")
_KEYS = frozenset({*_TRAITS, "confidence", "because"})


@cache
def manner(kind: str) -> Manner:
    """How a hazard of one of `layers.types.HAZARD_KINDS` closes ways that do not follow the ground.

    Raises
    ------
    LayerError
        There is no such kind, or its entry is wrong.
    """
    table = rule_file("closing").get(kind)
    if table is None or kind not in HAZARD_KINDS:
        raise LayerError(
            f"layers/rules/closing.toml: says nothing of the kind {kind!r}, so it is not known which streets close; it "
            f"must be one of: {', '.join(HAZARD_KINDS)}"
        )
    if set(table) != _KEYS or not table["because"] or any(table[trait] not in MANNERS for trait in _TRAITS):
        raise LayerError(
            f"layers/rules/closing.toml: the entry of '{kind}' needs exactly {sorted(_KEYS)}, a reason, and each of "
            f"{', '.join(_TRAITS)} as one of {', '.join(MANNERS)}, or streets would close that stay open"
        )
    return Manner(table["bridge"], table["tunnel"], table["ford"])
