"""What is asked of Overpass: everything that the packaged rules can use, and nothing else.

OSMnx cuts a large area into parts. The question itself is ours, because its own would leave too much or too little:
it asks for relations of any type with all that they are made of (the whole Rhine for one bank in Cologne), and its
answer cannot be held against a count.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import shapely
from shapely import Polygon

from layers.osm_elements import AREA_RELATIONS, ElementRules
from layers.tag_rules import KeyTest
from layers.types import Area

PART_M2 = 25_000_000.0
"""Parts of 5 km by 5 km: some ten megabytes of a dense city, seconds of a server's time."""
SERVER_S = 180
"""How long the server may work on one part."""
SERVER_BYTES = 512_000_000
"""How much memory it may take; what it is not told it reserves too."""
LOCAL_LEVELS = tuple(str(level) for level in range(5, 13))
"""Administrative levels whose boundaries are fetched whole. A country or province would bring its whole border along;
a study that is about one names its level."""
_ENDLESS = {"natural": "bay"}
"""The relation of a gulf may hold thousands of kilometres of coast. The coastline is fetched by itself."""
_ANY = "*"


def statements(rules: ElementRules) -> tuple[str, ...]:
    """The selections of a query, without their area: ``way["highway"]``.

    Parameters
    ----------
    rules
        What the reader of extracts keeps: nothing else is worth fetching.

    Returns
    -------
    tuple of str
        Nodes, then ways, then relations; sorted, so that the same rules give the same query.
    """
    nodes = {f"node{_filter(rule.include.keys)}" for rule in rules.point}
    ways = {f"way{_filter(rule.include.keys)}" for rule in (*rules.line, *rules.area)}
    ways |= {f'way{_key(key)}["area"="yes"]' for key in rules.area_keys if f"way{_key(key)}" not in ways}
    relations = {f'relation{_ASSEMBLED}{_of_key(rules, key)}[!"admin_level"]' for key in rules.area_keys}
    return (*sorted(nodes), *sorted(ways), *sorted(relations))


def unit_statements(admin_levels: Iterable[str] = ()) -> tuple[str, ...]:
    """The selection of administrative boundaries, which are asked for once and not for each part of an area.

    Parameters
    ----------
    admin_levels
        Those that are wanted beside `LOCAL_LEVELS`.
    """
    levels = sorted({*LOCAL_LEVELS, *admin_levels}, key=lambda level: (len(level), level))
    return (f'relation["type"="boundary"]["boundary"="administrative"]{_one_of("admin_level", levels)}',)


def wide_statements(rules: ElementRules) -> tuple[str, ...]:
    """The selections of areas that may lie around everything that is asked about, so that no point of them is in it."""
    found = []
    for key, values in sorted(rules.wide.items()):
        test = KeyTest(key, values - {_ENDLESS.get(key, "")})
        found += [f"way{_filter([test])}", f'relation{_ASSEMBLED}{_filter([test])}[!"admin_level"]']
    return tuple(found)


def query(selections: Sequence[str], part: Polygon, around: Sequence[str] = ()) -> str:
    """The question for one part of an area: the elements with all that they are made of, and how many they are.

    Parameters
    ----------
    part
        In degrees; its holes are filled.
    around
        Selections of areas that have the part inside them.
    """
    ring = " ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in part.exterior.coords)
    inside = part.representative_point()
    head = f"is_in({inside.y:.6f},{inside.x:.6f})->.here;\n" if around else ""
    found = [f'{selection}(poly:"{ring}");' for selection in selections]
    found += [f"{selection}(pivot.here);" for selection in around]
    listed = "\n".join(found)
    return (
        f"[out:json][timeout:{SERVER_S}][maxsize:{SERVER_BYTES}];\n{head}(\n{listed}\n);\n(._;>;)->.all;\n"
        ".all out count;\n.all out body qt;\n"
    )


def parts(area: Area, largest_m2: float = PART_M2) -> tuple[Polygon, ...]:
    """An area in parts that are no larger than `largest_m2` [m2] each; degrees in, degrees out, always the same.

    OSMnx takes the convex hull of what it has to cut, so that a little more may be covered than was asked for.
    """
    from osmnx import _overpass

    rings = []
    pieces = area.geoms if area.geom_type == "MultiPolygon" else [area]
    with osmnx_settings({"max_query_area_size": largest_m2}), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that there will be many parts; the caller has a limit
        for piece in pieces:
            rings += _overpass._make_overpass_polygon_coord_strs(piece)  # noqa: SLF001  there is no public way to it
    return tuple(_polygon(ring) for ring in rings)


@contextmanager
def osmnx_settings(changed: Mapping[str, Any]) -> Iterator[None]:
    """Other settings of OSMnx for a while. Whatever else uses it in this process finds its own again.

    It keeps no answers and writes no log of its own: its folders would lie wherever the program was started.
    """
    from osmnx import settings

    chosen = {"use_cache": False, "log_file": False, "log_console": False, **changed}
    before = {name: getattr(settings, name) for name in chosen}
    try:
        for name, value in chosen.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _polygon(ring: str) -> Polygon:
    """A ring as OSMnx writes it: latitude and longitude in turn."""
    numbers = [float(number) for number in ring.split()]
    return shapely.Polygon(zip(numbers[1::2], numbers[::2], strict=True))


def _of_key(rules: ElementRules, key: str) -> str:
    """The values of a key that some rule takes for an area; any value where they leave it open.

    A relation is an area whatever the value, but what no rule asks for (an island, a sea) may be as large as it likes.
    """
    tests = [test for rule in rules.area for test in rule.include.keys if test.key == key]
    values = frozenset[str]().union(*(test.values for test in tests)) - {_ENDLESS.get(key, "")}
    if not values or any(test.open_ended for test in tests):
        return _key(key)
    return _filter([KeyTest(key, values)])


def _filter(tests: Iterable[KeyTest]) -> str:
    """What every one of several keys has to be. Rather too much than too little: the reader of the extract decides."""
    return "".join(_key(test.key) if _any(test) else f"[{_quoted(test.key)}~{_quoted(_form(test))}]" for test in tests)


def _any(test: KeyTest) -> bool:
    return _ANY in test.values or bool(test.excepted)


def _form(test: KeyTest) -> str:
    """Accepted values as a regular expression; each may be one of several that semicolons divide."""
    values = "|".join(map(_literal, sorted(test.values)))
    exact = [f"(^|; *)({values})( *;|$)"] if values else []
    contained = [_literal(text) for text in (*test.parts, *test.starts, *test.ends)]
    return "|".join([*exact, *contained])


def _key(key: str) -> str:
    return f"[{_quoted(key)}]"


def _one_of(key: str, values: Iterable[str]) -> str:
    return f"[{_quoted(key)}~{_quoted('^(' + '|'.join(map(_literal, values)) + ')$')}]"


def _literal(text: str) -> str:
    return "".join(f"\\{c}" if c in ".[]{}()*+?^$|\\" else c for c in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


_ASSEMBLED = _one_of("type", sorted(AREA_RELATIONS))
"""Relations that are put together to areas. Routes and rivers as a whole are none."""
