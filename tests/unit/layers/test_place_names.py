"""Names of places: alike in any script, different where they say different things."""

from __future__ import annotations

import math

import pytest

from layers.place_names import ALIKE, distinctive, likeness


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Parque de San Telmo", "SAN TELMO"),
        ("Jardín Botánico Canario", "jardin botanico canario"),
        ("Espacio Libre Parque las Rehoyas", "Parque de Las Rehoyas"),
        ("Parque Fluvial Guiniguada", "Parc fluvial Guiniguada"),
        ("Ｐarque　Doramas", "parque doramas"),  # full-width letter and blank
        ("人民公园", "人民公園"),
        ("深圳湾公园", "深圳湾"),
        ("沿江社区公园", "沿江公园"),
        ("Площадь Победы", "площадь победы"),
        ("Estadio Insular", "Estadio Insulár"),
        ("SG-29A Parque San Telmo", "Parque de San Telmo"),
        ("Espacio Libre categoría IV Parque las Rehoyas SG-31", "Parque de Las Rehoyas"),
        ("Plaza Farray", "Plaza Faray"),  # a slip of the pen
        ("Sector 7 Norte", "Norte, sector 7"),
    ],
)
def test_the_same_place_spelled_differently_is_alike(left, right):
    assert likeness(left, right) >= ALIKE
    assert likeness(left, right) == likeness(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Parque San Telmo", "Parque Santa Catalina"),
        ("Zona verde 3", "Zona verde 4"),
        ("Manzana residencial 12", "Manzana residencial 13"),
        ("东湖公园", "西湖公园"),
        ("一号公园", "二号公园"),
        ("Plaza Ada", "Plaza Ana"),
        ("Plaza Mar", "Plaza del Mar Menor y de los Mares"),  # a short word in a long name tells little
    ],
)
def test_other_places_are_not_alike(left, right):
    assert likeness(left, right) < ALIKE


@pytest.mark.parametrize("name", ["", "Parque", "Plaza de la", "Espacio libre", "ESPACIOS  LIBRES", "公园", "口袋公园", "—"])
def test_a_name_that_only_says_what_a_place_is_tells_nothing(name):
    assert distinctive(name) == ()
    assert math.isnan(likeness(name, "Parque San Telmo"))
    assert math.isnan(likeness(name, name))


def test_compatibility_forms_case_and_accents_are_resolved():
    assert distinctive("Ｐarque　Ｄoramás") == distinctive("PARQUE DE DORAMAS") == ("doramas",)
    assert distinctive("深圳湾公园（东区）") == ("深圳湾", "东区")
    assert distinctive("１号公园") == ("1", "号")


def test_shares_of_parts_and_of_spelling_by_hand():
    assert likeness("ab", "ab cd") == pytest.approx(2 / 3)  # too short for spelling: 2 x 1 shared of 1 + 2 words
    assert likeness("东湖", "东湖") == 1.0
    assert likeness("青山湖", "青山岭") == pytest.approx(0.5)  # pairs 青山 山湖 and 青山 山岭
