"""Quantities: what is read, what is refused, and that our few units are those of the library."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.quantity import UNITS, is_time, names_of, pattern, quantity
from spatial.errors import ProfileError

WANTED = ("m", "s", "m2", "%", "m2/person")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("400 m", "m", 400), ("1.5km", "m", 1500), ("0.5 mi", "m", 804.672), ("  5   m ", "m", 5), ("0 m", "m", 0), ("15 min", "s", 900),
        ("1.5 h", "s", 5400), ("0.5 ha", "m2", 5000), ("2 km2", "m2", 2e6), ("80 %", "%", 80), ("80%", "%", 80), ("5 m2/person", "m2/person", 5),
        ("0.8 ha/1000 persons", "m2/person", 8), ("999999999999 km2", "m2", 999999999999e6),
    ],
)  # fmt: skip
def test_what_is_read(text: str, unit: str, value: float) -> None:
    assert quantity(text, unit, "here") == pytest.approx(value, rel=1e-12)
    assert re.search(pattern(unit), text)


@pytest.mark.parametrize(
    "text",
    [
        "1e400 m", "1e3 m", "nan m", "inf m", "-0 m", "-5 m", "+5 m", "５００ m", "٥ m", "5\u2009m", "5\u00a0m", "5\u3000m", "5\tm", "5 m\n", "5,5 m", "1.2.3 m",
        ".5 m", "5. m", "1234567890123 m", "5", "m", "", " ", "5 M", "5 metre", "5 m m", "2 ** 1000 m", "5 m + 3 m", "5 * m", "__import__('os') m",
        "5 m2 / person", 5, 5.0, True, None, ["5 m"], {"m": 5}, "9" * 100_000 + " m", "5" + " " * 100_000 + "!",
    ],
)  # fmt: skip
def test_what_is_no_quantity(text: object) -> None:
    for unit in WANTED:
        with pytest.raises(ProfileError, match="is not a quantity; write a number and one of: ") as error:
            quantity(text, unit, "here")
        assert len(str(error.value)) < 250


def test_another_dimension_is_named_as_what_it_is() -> None:
    with pytest.raises(ProfileError, match=r"'5 min' is a time, where a distance is expected; write a number and one of: m, km, mi$"):
        quantity("5 min", "m", "here")
    with pytest.raises(ProfileError, match="'5 m2' is an area, where an area per person is expected"):
        quantity("5 m2", "m2/person", "here")


def test_every_unit_belongs_to_one_dimension() -> None:
    assert sorted(name for unit in WANTED for name in names_of(unit)) == sorted(UNITS)
    assert [name for name in UNITS if is_time(f"5 {name}")] == list(names_of("s"))


def test_our_few_units_are_those_of_pint() -> None:
    from pint import UnitRegistry

    registry = UnitRegistry()
    for wanted in ("m", "s", "m2"):
        for name in names_of(wanted):
            theirs = registry.Quantity(UNITS[name]).to(UNITS[wanted]).magnitude
            assert quantity(f"1 {name}", wanted, "") == pytest.approx(theirs, rel=1e-12)


def test_pint_is_not_imported_before_a_quantity_is_read() -> None:
    code = "import sys; import analyses.profile_reader; sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.one_of(st.text(max_size=30), st.from_regex(r"[0-9. ]{0,6}[a-z0-9/% ]{0,8}", fullmatch=True)), st.sampled_from(WANTED))
def test_the_published_pattern_allows_what_is_read_and_nothing_else(text: str, unit: str) -> None:
    try:
        quantity(text, unit, "here")
        read = True
    except ProfileError:
        read = False
    # JSON Schema's $ ends the text; Python's also stands before a last line break.
    assert read == (re.search(pattern(unit).removesuffix("$") + r"\Z", text) is not None)
