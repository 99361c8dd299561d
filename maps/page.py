"""The page that holds a map: one file that loads nothing from anywhere.

Leaflet comes from `vendor/`, and a Content-Security-Policy lets the browser run only the scripts that
were in the page when it was made, so even text that slipped through as code would not run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

import folium
from branca.element import Element, Figure
from markupsafe import Markup

from maps.escape import html

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FOLIUM_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')
_IMAGES = ("layers.png", "layers-2x.png", "marker-icon.png")
_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


class Part(Element):
    """Text that goes into the page as it is. branca's own element would run it as a template."""

    def __init__(self, text: Markup) -> None:
        super().__init__()
        self._text = text

    def render(self, **kwargs: object) -> str:  # noqa: ARG002  folium's signature
        """The text."""
        return str(self._text)


class Page(Figure):
    """folium's page with a language, a title, Leaflet inside, and a policy against everything from elsewhere."""

    def __init__(self, title: str, language: str) -> None:
        super().__init__(title=html(title))
        self.language = language
        self.header.add_child(Part(_leaflet_css()), name="leaflet_css")
        self.header.add_child(Part(_leaflet_js()), name="leaflet")
        self._start = ""

    def start_with(self, script: str) -> None:
        """A script of ours that runs when all others have."""
        self._start = script

    def render(self, **kwargs: object) -> str:
        """The whole page as HTML."""
        for child in self._children.values():
            child.render(**kwargs)
        # After the children: they add theirs while they render, and ours needs the map to exist.
        self.script.add_child(Part(Markup(self._start)), name="zz_start")  # noqa: S704  a constant of ours
        self.script._children.move_to_end("zz_start")  # noqa: SLF001  folium has no public order
        page = str(self._template.render(this=self, kwargs=kwargs)).replace("\r\n", "\n")
        # folium forbids zooming the page, which people with weak eyes need.
        page = _FOLIUM_VIEWPORT.sub(_VIEWPORT, page, count=1)
        page = page.replace("<html>", f'<html lang="{html(self.language)}">', 1)
        return page.replace("<head>", f'<head>\n<meta charset="utf-8">\n{policy(page)}', 1)


def to_html(drawn: folium.Map) -> str:
    """The map that `maps.draw` made, as one HTML file that needs no network."""
    return str(drawn.get_root().render())


def policy(page: str) -> str:
    """The Content-Security-Policy for exactly the scripts of `page`."""
    allowed = {f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'": None
               for script in _SCRIPT.findall(page)}
    rules = (
        "default-src 'none'", f"script-src {' '.join(allowed)}", "style-src 'unsafe-inline'", "img-src data:",
        "base-uri 'none'", "form-action 'none'",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'


def asset(name: str, element: str) -> Markup:
    """A file of `templates/` as a style or script element."""
    return _wrapped(files("maps").joinpath("templates", name).read_text(encoding="utf-8"), element)


def _wrapped(text: str, element: str) -> Markup:
    return Markup(f"<{element}>{text}</{element}>")  # noqa: S704  only for files of this package


@cache
def _leaflet_js() -> Markup:
    text = _vendored("leaflet.js").decode()
    return _wrapped(re.sub(r"//# sourceMappingURL=\S+\s*$", "", text), "script")


@cache
def _leaflet_css() -> Markup:
    text = _vendored("leaflet.css").decode().replace("\r\n", "\n")
    for name in _IMAGES:
        encoded = base64.b64encode(_vendored(f"images/{name}")).decode()
        text = text.replace(f"url(images/{name})", f"url(data:image/png;base64,{encoded})")
    return _wrapped(text, "style")


def _vendored(name: str) -> bytes:
    return files("maps").joinpath("vendor", "leaflet", name).read_bytes()
