"""In which encoding text is written: real names in all of them, and the ways in which it goes wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.sources.encoding import EncodingChoice, Sample, decide_encoding, encoding_caveats, known_encoding
from layers.sources.likely_text import chinese_score, is_noise, latin_score, twice_encoded
from layers.sources.western import western_share
from spatial.errors import LayerError

LAS_PALMAS = Path(__file__).resolve().parents[2] / "data/las-palmas"
MAINLAND = [
    "朝阳区", "海淀区望京街道", "东城区", "浦东新区", "徐汇区", "天河区", "越秀区", "武侯区", "青羊区", "江岸区",
    "荔湾区", "雁塔区", "建邺区", "鼓楼区", "西湖区", "余杭区", "姑苏区", "龙岗区", "宝安区", "崂山区",
]  # fmt: skip
TAIWAN = [
    "中正區", "大同區", "松山區", "萬華區", "士林區", "北投區", "內湖區", "南港區", "板橋區", "汐止區",
    "烏來區", "鶯歌區", "頭城鎮", "礁溪鄉", "蘇澳鎮", "竹北市", "峨眉鄉", "中壢區", "龜山區", "苗栗市",
]  # fmt: skip
SPAIN = ["Las Coloradas", "El Cardón", "Peñón Bermejo", "San Nicolás", "Ciñón", "La Isleta", "Ñameras"]
NAMES = {"gb18030": MAINLAND, "big5": TAIWAN, "latin-1": SPAIN}


def samples(names, codec):
    return [Sample(name.encode(codec)) for name in names]


def decide(names, codec, declared=None, cpg=None):
    return decide_encoding(samples(names, codec), declared, cpg, "communities (c.shp)")


def decided_or_refused(names, codec):
    try:
        return decide(names, codec).name
    except LayerError:
        return "refused"


@pytest.fixture(scope="module")
def labels() -> list[str]:
    """Names of the neighbourhoods of Las Palmas."""
    return pd.read_parquet(LAS_PALMAS / "boundaries/neighbourhoods.parquet", columns=["label"])["label"].tolist()


@pytest.mark.parametrize("name", ["gb18030", "big5", "latin-1"])
@pytest.mark.parametrize("as_utf8", [True, False])
def test_real_names_are_known_without_a_word(name, as_utf8):
    choice = decide(NAMES[name], "utf-8" if as_utf8 else name)
    assert (choice.name, choice.how) == ("utf-8" if as_utf8 else name, "tried")


@pytest.mark.parametrize("codec", ["utf-8", "latin-1"])
def test_the_neighbourhoods_of_las_palmas(labels, codec):
    assert any(not label.isascii() for label in labels)
    assert decide(labels, codec).name == codec


@pytest.mark.parametrize("name", ["gb18030", "big5"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_few_names_are_never_taken_for_another_encoding(name, data):
    """They may be too few to be sure: then they are refused."""
    some = data.draw(st.lists(st.sampled_from(NAMES[name]), min_size=1, max_size=4, unique=True))
    assert decided_or_refused(some, name) in (name, "refused")


def test_ascii_needs_no_decision():
    assert decide(["La Isleta", "12"], "ascii") == EncodingChoice("utf-8", "ascii", "utf-8")
    assert decide(["La Isleta"], "ascii", declared="gbk").name == "gb18030"


def test_mixed_text_is_read_by_its_letters_beyond_ascii():
    assert decide(["A区 12号楼", "G105国道", "Block B"], "gb18030").name == "gb18030"
    assert decide(["Plaza de España (nº 4)", "5 €", "«La Peña»"], "cp1252").name == "latin-1"


@pytest.mark.parametrize("codec", ["cp1251", "shift_jis", "euc_kr", "cp1253"])
def test_what_is_none_of_those_tried_is_refused_until_declared(codec):
    names = {
        "cp1251": ["Москва", "Невский проспект"],
        "shift_jis": ["千代田区のまち", "さくら公園"],
        "euc_kr": ["서울특별시 종로구", "부산광역시"],
        "cp1253": ["Αθήνα", "Πλατεία Συντάγματος"],
    }[codec]
    with pytest.raises(LayerError, match="for sure") as caught:
        decide(names, codec)
    assert "\n" not in str(caught.value)
    assert decide(names, codec, declared=codec).how == "declared"


@pytest.mark.parametrize(
    ("names", "codec", "wrong"),
    [
        (MAINLAND, "gb18030", "latin-1"),
        (MAINLAND, "gb18030", "utf-8"),
        (MAINLAND, "gb18030", "big5"),
        (TAIWAN, "big5", "latin-1"),
        (TAIWAN, "big5", "gb18030"),
        (MAINLAND, "utf-8", "latin-1"),
        (MAINLAND, "utf-8", "gb18030"),
        (SPAIN, "utf-8", "latin-1"),
        (SPAIN, "latin-1", "gb18030"),
        (SPAIN, "latin-1", "utf-8"),
    ],
)
def test_a_wrong_declaration_is_refused_and_the_right_one_named(names, codec, wrong):
    with pytest.raises(LayerError, match=f'write encoding = "{codec}"') as caught:
        decide(names, codec, declared=wrong)
    assert "\n" not in str(caught.value)
    assert decide(names, codec, cpg=wrong).overruled == wrong
    assert decide(names, codec, cpg=wrong).name == codec


def test_where_study_and_file_contradict_each_other_the_bytes_decide():
    both = decide(MAINLAND, "gb18030", declared="gbk", cpg="UTF-8")
    assert (both.name, both.how, both.overruled) == ("gb18030", "declared", "utf-8")
    other = decide(MAINLAND, "utf-8", declared="gbk", cpg="UTF-8")
    assert (other.name, other.how, other.overruled) == ("utf-8", "cpg", "gb18030")
    agreed = decide(MAINLAND, "gb18030", declared="GB2312", cpg="936")
    assert (agreed.how, agreed.overruled) == ("declared", "")


def test_the_study_wins_where_both_read_as_text():
    """A Cyrillic file is text in either of these."""
    choice = decide(["Москва"], "cp1251", declared="cp1251", cpg="ISO-8859-5")
    assert (choice.name, choice.how) == ("cp1251", "declared")


def test_an_unknown_cpg_counts_for_nothing_and_an_unknown_declaration_is_an_error():
    assert decide(MAINLAND, "gb18030", cpg="SYSTEM").how == "tried"
    with pytest.raises(LayerError, match=r"encoding = 'klingon' is no known encoding"):
        decide(MAINLAND, "gb18030", declared="klingon")


@pytest.mark.parametrize("program", ["unicode_escape", "rot13", "hex", "zlib", "idna", "utf-7", "punycode", "base64"])
def test_what_is_no_writing_is_no_encoding(program):
    assert known_encoding(program) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UTF-8", "utf-8"), ("65001", "utf-8"), ("utf8", "utf-8"), ("GBK", "gb18030"), ("936", "gb18030"),
        ("ANSI 936", "gb18030"), ("cp936", "gb18030"), ("gb2312", "gb18030"), ("BIG5", "big5"), ("950", "big5"),
        ("88591", "latin-1"), ("ISO-8859-1", "latin-1"), ("8859-1", "latin-1"), ("1252", "latin-1"),
        ("ISO 8859-15", "iso8859-15"), ("1251", "cp1251"),
    ],
)  # fmt: skip
def test_names_of_encodings_as_they_are_written(text, name):
    found = known_encoding(text)
    assert found is not None
    assert found[0] == name


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-8"])
def test_only_a_last_character_may_be_cut(codec):
    names = TAIWAN if codec == "big5" else MAINLAND
    cut = [Sample(name.encode(codec)[:-1], may_be_cut=True) for name in names]
    assert decide_encoding(cut, None, None, "t").name == codec
    with pytest.raises(LayerError):
        decide_encoding([Sample(s.value + b"\xff\xff", may_be_cut=True) for s in cut], codec, None, "t")
    with pytest.raises(LayerError):
        decide_encoding([Sample(s.value) for s in cut], codec, None, "t")


def test_the_beginning_of_a_file_may_end_anywhere():
    content = "\n".join(["名称,人口", *(f"{name},{n}" for n, name in enumerate(MAINLAND))])
    for codec in ("utf-8", "gb18030"):
        whole = content.encode(codec)
        assert {decide_encoding(whole[:end], None, None, "t").name for end in range(40, 80)} == {codec}


def test_a_reader_is_told_what_was_tried_and_what_was_overruled():
    assert [c.code for c in encoding_caveats(decide(MAINLAND, "gb18030"), "communities", 20)] == ["encoding_tried"]
    (caveat,) = encoding_caveats(decide(MAINLAND, "gb18030", cpg="UTF-8"), "communities", 20)
    assert (caveat.code, caveat.detail, caveat.count) == ("encoding_overruled", "gb18030 ≠ utf-8", 20)
    assert encoding_caveats(decide(MAINLAND, "gb18030", cpg="936"), "communities", 20) == ()


def test_scores_tell_encodings_apart():
    assert chinese_score(MAINLAND, "gb18030") > 0.85
    assert chinese_score([n.encode("big5").decode("gb18030") for n in TAIWAN], "gb18030") < 0.4
    assert latin_score(SPAIN) == 1.0
    assert latin_score([n.encode("gb18030").decode("latin-1") for n in MAINLAND]) < 0.3
    assert chinese_score(["La Isleta"], "gb18030") == latin_score(["La Isleta"]) == 0.0


def test_noise_is_known():
    assert is_noise("Pe\ufffd\ufffdn")
    assert is_noise("Pe\x91n")
    assert is_noise("\ue000")
    assert not any(map(is_noise, [*MAINLAND, *TAIWAN, *SPAIN, "a\tb\nc"]))
    assert [twice_encoded(n) for n in ("CardÃ³n", "æœ\x9dé˜³", "Cardón", "São Brás", "朝阳")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["강남구", "서초구", "송파구", "마포구", "용산구", "종로구"],
        ["해운대구", "수영구", "동래구", "사하구"],
        ["수원시", "성남시", "고양시", "용인시", "부천시"],
    ],
)
def test_korean_is_not_taken_for_chinese(names):
    """Its bytes are all those of usual Chinese characters, but not of common ones."""
    read = [name.encode("euc_kr").decode("gb18030") for name in names]
    assert 0.3 < chinese_score(read, "gb18030") < 0.6
    with pytest.raises(LayerError, match="for sure"):
        decide(names, "euc_kr")


def test_characters_that_hardly_anybody_writes_are_no_evidence():
    """Synthetic: GB 18030 alone decodes them, and that is not enough."""
    with pytest.raises(LayerError, match="for sure"):
        decide(["丂市丄丅", "丒丗丠"], "gb18030")
    assert decide(["丂市丄丅", "丒丗丠"], "gb18030", cpg="936").name == "gb18030"


OF_OTHER_ENCODINGS = {
    "cp1250": [
        ["Łódź", "Wrocław", "Gdańsk", "Poznań", "Śródmieście", "Żoliborz", "Białołęka"],
        ["Wrocław", "Kraków"],
        ["Český Krumlov", "Plzeň", "Náměstí Míru", "Žižkov", "Břevnov", "Dejvice"],
        ["Győr", "Széchenyi tér", "Erzsébetváros", "Ferencváros", "Őrség", "Józsefváros", "Terézváros", "Újpest"],
        ["București", "Iași", "Timișoara", "Piața Unirii"],
    ],
    "cp1254": [["İstanbul", "Beşiktaş", "Üsküdar", "Kadıköy", "Şişli", "Çankaya"], ["Beşiktaş", "Şişli"]],
    "cp1257": [["Rīga", "Jūrmala", "Mežaparks", "Āgenskalns"]],
    "mac-roman": [["Núñez", "Cañada", "León", "Málaga", "Córdoba"], ["Cañada", "León"]],
}


@pytest.mark.parametrize(
    ("codec", "names"), [(codec, names) for codec, several in OF_OTHER_ENCODINGS.items() for names in several]
)
def test_other_latin_encodings_are_not_taken_for_latin_1(codec, names):
    """All of them decode, with letters that no western language has together, or not at such places."""
    named = [name.replace("ș", "ş").replace("ț", "ţ") for name in names]
    with pytest.raises(LayerError, match="for sure"):
        decide(named, codec)
    assert decide(named, codec, declared=codec).how == "declared"


@pytest.mark.parametrize(
    "names",
    [
        ["São João", "Ações", "Coração", "Camões", "Guimarães", "Três Irmãos"],
        ["Hôtel de Ville", "Cœur", "Noël", "Île", "L’Haÿ-les-Roses", "Besançon", "Plaça"],
        ["Grünanlage", "Straße", "Österreich", "Plateau de Kirchberg", "Rue de l'Église"],
        ["Plaça de l'Església", "Sant Julià de Lòria", "Paral·lel", "ÑUÑOA", "Logroño"],
        ["Rådhuspladsen", "Øresund", "Æbeløgade", "Malmö"],
        ["Þingvellir", "Ísafjörður", "Hafnarfjörður", "Bæjarháls"],
        ["Õismäe", "Põhja-Tallinn", "Kristiine mäe", "Šnelli park"],
        ["Área Verde"],
    ],
)
def test_western_languages_are_read_as_latin_1(names):
    assert decide(names, "cp1252").name == "latin-1"


@pytest.mark.parametrize(("name", "codec"), [("深坑", "big5"), ("鶯歌", "gb18030"), ("汐止", "gb18030")])
def test_one_short_name_that_is_text_in_another_encoding_too_is_refused(name, codec):
    """²`§|, úL¸è, and as UTF-8 a Coptic letter with a Hebrew point."""
    with pytest.raises(LayerError, match=r"for sure.*declare it"):
        decide([name], codec)


def test_marks_and_letters_are_judged_by_where_they_stand():
    at_home = ["nº 4", "5 €", "«¿Qué?»", "m² útil", "Madrid–León", "Cañón", "Ça", "Übersee"]
    assert western_share(at_home) == 1.0
    odd = ["Wroc³aw", "Gdañsk", "Poznañ", "Ca–ada", "Gyõr", "Beþiktaþ", "aÉa", "úL", "£ódz", "§ó", "Çrgïi", "a¿b"]
    assert [text for text in odd if western_share(["ó", text]) == 1.0] == []
    assert western_share(["5 €", "nº 4"]) == western_share(["La Isleta"]) == 0.0
