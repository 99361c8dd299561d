"""Where the studies of the demo places are: in the package, or in the clone that it was installed from."""

from __future__ import annotations

from pathlib import Path

from spatial.errors import SourceError

PLACES = ("las-palmas", "andorra")


def demo_study(place: str) -> Path:
    """The study file of a demo place.

    Raises
    ------
    SourceError
        If neither the package nor a clone around it holds it.
    """
    package = Path(__file__).resolve().parent
    # The clone first: an editable install may also hold an older copy of the data.
    for study in (package.parent / "data" / place / "study.toml", package / "_demo" / place / "study.toml"):
        if study.is_file():
            return study
    raise SourceError(
        f"the data of the demo place {place!r} are not installed (looked in {package / '_demo'}). "
        "Install linli again, from its wheel or from a complete clone"
    )
