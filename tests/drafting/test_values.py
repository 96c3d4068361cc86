from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.drafting import draft_holding, find_gaps
from bot.drafting.gaps import gap
from bot.drafting.prefill import reported_place
from bot.drafting.values import VALUE_LIMIT, clean
from tests.drafting.holding import CONTEXT, fact, poisoning, shipped

HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in [].__class__.__base__.__subclasses__() %}x{% endfor %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{# gone #}",
    "{{ agency }} {{ value }}",
    "<b>&amp;</b> *x* _y_ [z](http://e.example)",
    "{{",
    "%}",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_value_is_never_a_template(hostile: str) -> None:
    draft = draft_holding(poisoning(), {"people_affected": fact("people_affected", hostile)}, CONTEXT)
    assert f"thông tin đã xác minh: {hostile} người có triệu chứng." in draft.texts["vi/full"]
    placed = draft_holding(poisoning(), {}, replace(CONTEXT, place=hostile))
    assert f"sau bữa ăn tại {hostile}." in placed.texts["vi/full"]
    signed = draft_holding(poisoning(), {}, replace(CONTEXT, spokesperson_name=hostile))
    assert signed.texts["vi/full"].split("\n\n")[-1].startswith(hostile)


jinja_like = st.lists(st.sampled_from(["{{", "}}", "{%", "%}", "{#", "#}", " 7*7 ", "agency", "raw", "\n", "“"])).map(
    "".join
)


@given(value=st.one_of(st.text(max_size=300), jinja_like))
@example(value="{{ 7*7 }}")
@example(value="{% raw %}")
def test_no_value_injects_jinja_breaks_the_blocks_or_vanishes(value: str) -> None:
    playbook = poisoning()
    facts = {"cause": fact("cause", value)}
    draft = draft_holding(playbook, facts, replace(CONTEXT, place=value))
    plain = draft_holding(playbook, {"cause": fact("cause", "X")}, replace(CONTEXT, place="Y"))
    for lang in ("vi", "en"):
        text = draft.texts[f"{lang}/full"]
        assert text.count("\n\n") == plain.texts[f"{lang}/full"].count("\n\n")
        shown = unicodedata.normalize("NFC", clean(value)).rstrip(" .,;")
        assert shown in text
        without = text.replace(shown, "") if shown else text
        assert "{{" not in without or "{" in shown


@given(place=st.text(alphabet=st.characters(exclude_characters="{}"), max_size=60))
def test_a_draft_never_contains_an_unfilled_name(place: str) -> None:
    for playbook in (shipped()["food-poisoning"], shipped()["unclassified"]):
        for text in draft_holding(playbook, {}, replace(CONTEXT, place=place)).texts.values():
            assert "{" not in text


@given(st.text(max_size=400))
def test_a_clean_value_is_one_short_visible_line(text: str) -> None:
    value = clean(text)
    assert len(value) <= VALUE_LIMIT
    assert value == " ".join(value.split())
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in value)
    assert clean(value) == value


def test_invisible_and_turning_characters_are_taken_out() -> None:
    assert clean("xã\u200b Suối\u202e Vàng\u0007\ufeff\n\n ấp  2") == "xã Suối Vàng ấp 2"
    assert len(clean("a" * 5_000)) == VALUE_LIMIT
    assert clean("a" * 5_000).endswith("…")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Tại [[CẦN BỔ SUNG: địa điểm]].", ("địa điểm",)),
        ("Tại [[cần  bổ sung:địa  điểm ]].", ("địa điểm",)),
        ("Tại [ [ CẦN BỔ\nSUNG : địa điểm ] ].", ("địa điểm",)),
        ("Tại [CAN BO SUNG dia diem].", ("dia diem",)),
        ("Tại [[CẦN\u00a0BỔ\u200b SUNG: x]]", ("x",)),
        (unicodedata.normalize("NFD", "Tại [[CẦN BỔ SUNG: địa điểm]]"), ("địa điểm",)),
        ("in [[to be filled: place]] and [[TO BE FILLED: number]], [[TO BE FILLED: place]]", ("place", "number")),
        ("[[CẦN BỔ SUNG", ("?",)),
        ("[[CẦN BỔ SUNG:]]", ("?",)),
        ("Hồ sơ cần bổ sung: bản sao. Việc này cần bổ sung lực lượng [1].", ()),
        ("", ()),
    ],
)
def test_gaps_are_found_however_they_were_retyped(text: str, names: tuple[str, ...]) -> None:
    assert find_gaps(text) == names


@given(st.text(alphabet=st.characters(exclude_characters="[]", exclude_categories=["C"]), min_size=1, max_size=60))
def test_a_gap_that_is_written_is_found(name: str) -> None:
    for lang in ("vi", "en"):
        assert len(find_gaps(f"a {gap(name, lang)} b")) == 1


def test_the_place_of_an_alert_is_taken_over_as_a_reader_sees_it() -> None:
    assert reported_place("  Khu công nghiệp\u200b Sông Thượng ") == "Khu công nghiệp Sông Thượng"


@pytest.mark.parametrize("place", [None, "", " \u200b\n"])
def test_an_alert_without_a_place_gives_none(place: str | None) -> None:
    assert reported_place(place) is None
