"""A what-if: a study as if some of its hazard layers closed streets of which nobody says so in the study file.

It tells what would be lost. What is assumed never judges: rules that ask what a hazard leaves are reported under it,
and nothing of it enters a score. Nor does it tell of groups of residents: what is withheld of them depends on all that
is published, so that a run and its what-if side by side would give small ones away, and it could say nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from layers.types import Caveat, HazardRole, Layers, Provenance, Study
from spatial.errors import StudyError

WHAT_IF = "what_if"
"""Code of the caveat, of the reason of a row that is reported under it, and status of a scenario."""
NO_GROUPS = "what_if_groups"
"""Code of the caveat, and of the reason of a rule about a group, that a what-if tells nothing of groups."""


def what_if_study(study: Study, hazard_ids: Sequence[str]) -> Study:
    """The study in which these hazard layers close ways all over, as an assumption; without groups and vulnerability.

    Parameters
    ----------
    study : Study
    hazard_ids : sequence of str
        Ids of hazard layers of the study; none leaves the study as it is.

    Raises
    ------
    StudyError
        The study has no such layer, it closes in any case, or it is derived from the elevation model. All faults
        are told at once.
    """
    roles = {role.id: role for role in study.hazards}
    faults = [f for hazard_id in dict.fromkeys(hazard_ids) if (f := _fault(hazard_id, roles))]
    if faults:
        raise StudyError(f"what-if of study {study.id!r}: {'; '.join(faults)}")
    if not hazard_ids:
        return study
    assumed = (replace(r, closes=True, what_if=True) if r.id in hazard_ids else r for r in study.hazards)
    residents = None if study.residents is None else replace(study.residents, groups={})
    return replace(study, hazards=tuple(assumed), residents=residents, vulnerability=None)


def what_if(layers: Layers, hazard_ids: Sequence[str]) -> Layers:
    """The layers of a study in which these hazard layers close ways, with a caveat that says so before all others.

    What a hazard covers does not depend on whether it closes; residents have no groups. Errors are those of
    `what_if_study`.
    """
    if not hazard_ids:
        return layers
    study = what_if_study(layers.study, hazard_ids)
    ids, groups = assumed_closed(study), _groups(layers.study)
    told = [Caveat(WHAT_IF, "hazard", len(ids), "features", ", ".join(ids))]
    if groups or layers.study.vulnerability is not None:
        told.append(Caveat(NO_GROUPS, "residents", len(groups), "figures"))
    cells = layers.resident_cells
    return replace(
        layers,
        study=study,
        residents=None if layers.residents is None else layers.residents.drop(columns=groups, errors="ignore"),
        resident_cells=None if cells is None else cells.drop(columns=groups, errors="ignore"),
        provenance=tuple(_without(groups, each) for each in layers.provenance),
        caveats=(*told, *layers.caveats),
    )


def assumed_closed(study: Study) -> tuple[str, ...]:
    """The layers that close as an assumption, in the study's order; none where the study is no what-if."""
    return tuple(role.id for role in study.hazards if role.what_if)


def _groups(study: Study) -> list[str]:
    return [] if study.residents is None else list(study.residents.groups)


def _without(groups: Sequence[str], given: Provenance) -> Provenance:
    """What was counted in an input, without the totals of groups where it is of residents."""
    if given.role.partition(".")[0] != "residents":
        return given
    return replace(given, counts={name: count for name, count in given.counts.items() if name not in groups})


def _fault(hazard_id: str, roles: dict[str, HazardRole]) -> str:
    """What is wrong with a layer that is asked for, or empty."""
    if hazard_id not in roles:
        return f"it has no hazard layer {hazard_id!r}; there is {', '.join(roles) or 'none'}"
    role = roles[hazard_id]
    if role.closes or role.scale.closes_at is not None:
        return f"hazard layer {hazard_id!r} closes ways by what the study file says of it; leave it out of the what-if"
    if role.origin is None:
        return f"hazard layer {hazard_id!r} comes from the elevation model, is for screening, and closes nothing"
    return ""
