"""QGIS style documents (QML), built as XML so that no text from data can break them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_VERSION = "3.22.0-Białowieża"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


@dataclass(frozen=True)
class Symbol:
    """How one class of features is drawn."""

    kind: str
    """fill, line or marker."""
    layer_class: str
    """QGIS's symbol layer: SimpleFill, SimpleLine or SimpleMarker."""
    options: Mapping[str, str]


@dataclass(frozen=True)
class Class:
    """One line of the legend: what it holds, as a QGIS expression, and how it is drawn."""

    label: str
    expression: str
    symbols: tuple[Symbol, ...]
    """Drawn one over the other."""
    shown: bool = True
    """Whether it is ticked in the legend from the beginning."""


def rgba(colour: str, opacity: float = 1.0) -> str:
    """``#rrggbb`` as QGIS writes it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def fill(
    colour: str, *, opacity: float = 1.0, outline: str = "#ffffff", width_mm: float = 0.2, pattern: str = "solid"
) -> Symbol:
    """A polygon. `pattern` is a brush of QGIS: solid, no, f_diagonal, b_diagonal, diagonal_x."""
    return Symbol(
        "fill",
        "SimpleFill",
        {
            "color": rgba(colour, opacity),
            "style": pattern,
            "outline_color": rgba(outline),
            "outline_style": "solid",
            "outline_width": f"{width_mm:g}",
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
        },
    )


def marker(colour: str, *, size_mm: float = 1.6, shape: str = "circle") -> Symbol:
    """A point."""
    return Symbol(
        "marker",
        "SimpleMarker",
        {
            "name": shape,
            "color": rgba(colour),
            "size": f"{size_mm:g}",
            "size_unit": "MM",
            "outline_color": rgba("#ffffff"),
            "outline_style": "solid",
            "outline_width": "0.2",
            "outline_width_unit": "MM",
        },
    )


def line(colour: str, *, width_mm: float = 0.6) -> Symbol:
    """A line."""
    return Symbol(
        "line",
        "SimpleLine",
        {
            "line_color": rgba(colour),
            "line_style": "solid",
            "line_width": f"{width_mm:g}",
            "line_width_unit": "MM",
            "capstyle": "round",
            "joinstyle": "round",
        },
    )


def quoted(text: str) -> str:
    """Text as a literal of a QGIS expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def document(
    classes: Sequence[Class],
    aliases: Sequence[tuple[str, str]],
    display_field: str,
    *,
    shown_below: int | None = None,
) -> str:
    """A style: a rule-based renderer with one rule a class, and an alias for every field.

    Without classes (a plain table) it holds the aliases only. With `shown_below` the layer is drawn at scales
    of 1 : `shown_below` and larger. There are no map tips: QGIS draws those as HTML.
    """
    categories = "Symbology|Rendering|Fields" if classes else "Fields"
    root = ET.Element("qgis", {"version": _VERSION, "styleCategories": categories})
    if shown_below is not None:
        root.attrib |= {"hasScaleBasedVisibilityFlag": "1", "minScale": str(shown_below), "maxScale": "0"}
    if classes:
        root.append(_renderer(classes))
    element = ET.SubElement(root, "aliases")
    for index, (name, text) in enumerate(aliases):
        ET.SubElement(element, "alias", {"field": name, "index": str(index), "name": text})
    if display_field:
        ET.SubElement(root, "previewExpression").text = f'"{display_field}"'
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _renderer(classes: Sequence[Class]) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    )
    rules = ET.SubElement(renderer, "rules", {"key": "{root}"})
    symbols = ET.SubElement(renderer, "symbols")
    for index, entry in enumerate(classes):
        said = {
            "key": f"{{rule-{index}}}", "symbol": str(index), "filter": entry.expression, "label": entry.label,
        }  # fmt: skip
        ET.SubElement(rules, "rule", said if entry.shown else said | {"checkstate": "0"})
        symbols.append(_symbol(entry.symbols, str(index)))
    return renderer


def _symbol(layers: Sequence[Symbol], name: str) -> ET.Element:
    symbol = ET.Element(
        "symbol", {"type": layers[0].kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    )
    for layer in layers:
        element = ET.SubElement(
            symbol, "layer", {"class": layer.layer_class, "enabled": "1", "locked": "0", "pass": "0"}
        )
        options = ET.SubElement(element, "Option", {"type": "Map"})
        for key, value in layer.options.items():
            ET.SubElement(options, "Option", {"name": key, "type": "QString", "value": value})
            # QGIS before 3.18 reads these instead.
            ET.SubElement(element, "prop", {"k": key, "v": value})
    return symbol
