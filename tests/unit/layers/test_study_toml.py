"""What people write into a study file that is no TOML, or that does not belong there."""

from __future__ import annotations

import pytest

from layers.study import read_study
from spatial.errors import StudyError


def said(tmp_path, text: str) -> str:
    """The error of a study file (synthetic)."""
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read_study(path)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('path = "C:\\data\\osm.pbf"', "paths are written with / instead of \\"),
        ('path = "C:\\Users\\osm.pbf"', "paths are written with / instead of \\"),
        ("path = \u201cosm/a.osm.pbf\u201d", 'straight quotes ("..."), not in curly or Chinese ones'),
        ("path = \u2018osm/a.osm.pbf\u2019", "straight quotes"),
        ("path = \u300cosm/a.osm.pbf\u300d", "straight quotes"),
        ("path = osm/a.osm.pbf", "text needs quotes, lists need brackets"),
    ],
)
def test_the_line_that_is_no_toml_tells_what_to_write(tmp_path, line, words):
    text = f'[study]\nid = "a"   # \u201cfine\u201d \\\n[osm]\n{line}\n'
    message = said(tmp_path, text)
    assert words in message
    assert "at line 4" in message


def test_a_file_that_ends_too_early_is_told(tmp_path):
    assert "text needs quotes" in said(tmp_path, '[study]\nid = "a"\n[osm')


def test_how_a_database_is_reached_does_not_belong_in_a_study(tmp_path):
    text = '[communities]\nsource = "postgis"\nHost = "db"\nuser = "me"\npassword = "geheim"\nport = 1\ndbname = "x"\nnot = "a"\n'
    message = said(tmp_path, text)
    assert "[communities] holds Host, user, password, port, dbname: how a database is reached" in message
    assert "PGPASSWORD" in message
    assert "geheim" not in message
    assert "unknown key 'not' (did you mean 'note'?)" in message
    assert "unknown key 'user'" not in message
