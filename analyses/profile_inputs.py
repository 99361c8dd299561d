"""The texts of the profiles of a run, as inputs like any other: what was judged by can be found again to the byte."""

from __future__ import annotations

from collections.abc import Sequence

from analyses.profile import Profile
from layers.types import Provenance


def profile_inputs(profiles: Sequence[Profile]) -> tuple[Provenance, ...]:
    """One record a text, each once: role ``profile.<id>``; of a text that is inherited from, that of the heir."""
    found: dict[str, Provenance] = {}
    for profile in profiles:
        for text in profile.texts:
            found.setdefault(
                text.sha256,
                Provenance(
                    role=f"profile.{profile.id}",
                    file=text.file,
                    sha256=text.sha256,
                    bytes=text.bytes,
                    licence="",
                    attribution="",
                    date="" if profile.year is None else str(profile.year),
                    counts={"rules": len(profile.rules)} if text is profile.texts[0] else {},
                    source="package" if text.ships else "file",
                ),
            )
    return tuple(found.values())
