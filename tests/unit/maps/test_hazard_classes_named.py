"""Classes of hazards as they are called: ours in words, a study's own as it writes them."""

from __future__ import annotations

from maps.hazard_view import class_word


def test_a_class_of_the_studys_own_is_quoted_as_written() -> None:
    assert [class_word("over 50cm", language) for language in ("en", "zh")] == ["“over 50cm”", "“over 50cm”"]
    assert [class_word("over_15cm", language) for language in ("en", "zh")] == ["over 15 cm", "15 厘米以上"]
