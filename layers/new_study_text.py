"""The words of a new study's files: a study file whose every entry has its explanation beside it, and a README."""

from __future__ import annotations

import json

from layers.names import plain
from layers.new_study import NewStudy
from layers.pull import MARGIN_M

BOUNDARY = "boundary.geojson"
PROFILES = ("sdg-11.7.1", "who-300", "linli-start")

_STUDY = """\
# A study of {comment_title}, begun with `linli init` from {comment_source}.
#
# Everything a run needs is named here; paths are relative to this file. What to do next:
#     linli pull {file}     fetch the map from OpenStreetMap, once; afterwards no network is needed
#     linli check {file}    what there is, and what to beware of
#     linli run {file}      map.html, gaps.gpkg and run.json in out/{id}/

[study]
id = {q_id}
crs = {q_crs}             # {crs_name}: distances and areas are measured in this one; it must be in metres
profiles = {profiles}   # the standards to judge by
languages = {languages}    # the first is the language of the map
[study.title]
{titles}

# Streets, paths, squares, parks, buildings, gates and walls: fetched by `linli pull`, or an extract of your own.
[osm]
path = {q_extract}
licence = "ODbL-1.0"
attribution = "© OpenStreetMap contributors"
[osm.coverage]
communities_buffer_m = {margin}    # fetched this far beyond the communities; beyond it we do not know what there is

# The units that are judged: {units}.
[communities]
path = {q_boundary}
id = "id"
name = "name"
{rights}
# Higher units, if you have them: districts, street offices. They need not nest.
# [[parents]]
# level = "district"
# path = "boundaries/districts.gpkg"
# id = "code"
# name = "name"

# Who lives there. Without it the rules about residents are not assessed, and homes (floor area) are reported instead.
# [[residents]]
# path = "population/communities.csv"
# join = "id"                  # the column that holds the id of the community
# population = "residents"
# [residents.groups]
# age0_14 = "children"
# age65plus = "elderly"

# Where it may flood, slide or burn. Official and modelled layers may judge; derived ones are only reported.
# [[hazard]]
# id = "flood-t100"
# kind = "flood"
# status = "official"
# return_period_yr = 100
# path = "hazards/flood.gpkg"
# [hazard.title]
# en = "Flood, 100 years"
"""

_README = """\
# Data of the study {title}

| file | what | from | licence |
|---|---|---|---|
| `{boundary}` | {units} | {source} | {licence} |
| `{extract}` | streets, buildings, public space | OpenStreetMap, fetched by `linli pull` | ODbL-1.0 |

- Which server was asked for the map, what exactly, and how old its data are: `{extract}.pull.json`.
- Whoever publishes maps or figures made from OpenStreetMap names "© OpenStreetMap contributors" and the licence
  (https://www.openstreetmap.org/copyright). `linli run` writes it onto the map.
- `osm/raw/` holds the answers of the server as they came. With them `linli pull` makes the same extract again without a
  network; without them it fetches anew. `linli pull --refresh` fetches anew in any case.
- What is missing in OpenStreetMap is missing here. `linli check` says what to beware of.
"""


def study_text(study: NewStudy, file: str) -> str:
    """The study file (TOML).

    Parameters
    ----------
    file
        Its name, for the commands in its head.
    """
    title = plain(study.title)
    rights = {"licence": study.licence, "attribution": study.attribution}
    return _STUDY.format(
        comment_title=title, comment_source=plain(study.source), file=file, id=study.id,
        q_id=quoted(study.id), q_crs=quoted(study.crs), crs_name=study.crs_name,
        profiles=_listed(PROFILES), languages=_listed(study.languages),
        titles="\n".join(f"{language} = {quoted(title)}" for language in study.languages),
        q_extract=quoted(extract_path(study)), margin=int(MARGIN_M), units=_units(study), q_boundary=quoted(BOUNDARY),
        rights="".join(f"{key} = {quoted(value)}\n" for key, value in rights.items() if value),
    )  # fmt: skip


def readme_text(study: NewStudy) -> str:
    """What lies in the folder, where it comes from, and under which licence."""
    return _README.format(
        title=plain(study.title), boundary=BOUNDARY, units=_units(study), source=plain(study.source).replace("|", "/"),
        licence=study.licence or "not stated: ask whoever gave it to you", extract=extract_path(study),
    )  # fmt: skip


def extract_path(study: NewStudy) -> str:
    """Where the extract will lie, relative to the study file."""
    return f"osm/{study.id}.osm.pbf"


def quoted(text: str) -> str:
    """Text as TOML writes it: of the characters that JSON escapes it takes every form."""
    return json.dumps(plain(text), ensure_ascii=False)


def _listed(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def _units(study: NewStudy) -> str:
    number = len(study.communities)
    return "the whole area as one unit" if number == 1 else f"{number} areas"
