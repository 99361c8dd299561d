"""The one place where text from data is made harmless for the map's page.

Names come from anybody who edits a source, and the page runs scripts: folium and Leaflet take most
texts as HTML. Here text is cleaned (controls, bidirectional overrides, length) and escaped; templates
escape by themselves, and data for scripts cannot end the script that holds them.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

NAME_LIMIT = 80
"""Characters of a name that are shown: longer ones break every layout and are never names."""
TEXT_LIMIT = 1200
"""Characters of any other text from data."""

_JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners belong to the spelling of several scripts; all other invisible characters go."""
_FOR_SCRIPTS = str.maketrans({
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "\u2028": "\\u2028", "\u2029": "\\u2029",
})


def clean(text: object, limit: int = TEXT_LIMIT) -> str:
    """`text` on one line without control, invisible or bidirectional characters, `limit` characters at most.

    It is not escaped: give it to a template, to `to_json` or to `html`, never to a page.
    """
    head = str(text)[: 4 * limit]
    # Most texts hold no character but letters, signs and plain spaces, which all stay: a map has tens of thousands.
    kept = head if head.isprintable() else "".join(_visible(character) for character in head)
    joined = " ".join(kept.split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def _visible(character: str) -> str:
    """The character, a space for a line break or another control, or nothing."""
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category in {"Cs", "Cn", "Co"} or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def html(text: object, limit: int = TEXT_LIMIT) -> str:
    """`text` cleaned and escaped, for the few texts that Leaflet takes as HTML."""
    return str(Markup.escape(clean(text, limit)))


def to_json(data: object) -> str:
    """JSON that may stand inside a script element: strings cleaned, and nothing in it can end the element.

    Markup made by a template of ours is kept as it is; NaN and infinity become null.
    """
    return json.dumps(_plain(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_FOR_SCRIPTS)


def _plain(data: object) -> object:
    """`data` with every string cleaned and every number that JSON lacks as None."""
    if isinstance(data, Markup):
        return str(data)
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {clean(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return _plain_list(data)
    return data


def _plain_list(data: list[object] | tuple[object, ...]) -> object:
    """A list; one of whole numbers only, which are most of a map, is passed on as it is."""
    if all(type(value) is int for value in data):
        return data
    return [_plain(value) for value in data]


@cache
def templates() -> Environment:
    """The page's templates: every value that they print is cleaned and escaped."""
    return Environment(
        loader=PackageLoader("maps", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else clean(value),
    )


def render(template: str, values: Mapping[str, object]) -> Markup:
    """The template filled with `values`, as markup that may be put into the page."""
    return Markup(templates().get_template(template).render(values))  # noqa: S704  autoescaped by `templates`
