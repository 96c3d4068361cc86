"""Telegram's HTML mode: what it makes of markup, and how it words what it refuses."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.errors import ApiError
from bot.simulator.html import parse_html
from bot.simulator.text import read_formatted, to_html, utf16_length

SIMPLE = [
    ("<b>x</b>", "bold"),
    ("<strong>x</strong>", "bold"),
    ("<i>x</i>", "italic"),
    ("<em>x</em>", "italic"),
    ("<u>x</u>", "underline"),
    ("<ins>x</ins>", "underline"),
    ("<s>x</s>", "strikethrough"),
    ("<strike>x</strike>", "strikethrough"),
    ("<del>x</del>", "strikethrough"),
    ('<span class="tg-spoiler">x</span>', "spoiler"),
    ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
    ("<code>x</code>", "code"),
    ("<pre>x</pre>", "pre"),
    ("<blockquote>x</blockquote>", "blockquote"),
    ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
    ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>', "custom_emoji"),
    ('<tg-time unix="1647531900" format="wDT">x</tg-time>', "date_time"),
    ('<a href="https://example.vn/tin">x</a>', "text_link"),
    ('<a href="tg://user?id=101">x</a>', "text_mention"),
    ("<B>x</b>", "bold"),
    ("<b>x</>", "bold"),
]


@pytest.mark.parametrize(("markup", "kind"), SIMPLE)
def test_every_tag_becomes_its_entity(markup: str, kind: str) -> None:
    text, entities = parse_html(markup)
    assert (text, [(e.type, e.offset, e.length) for e in entities]) == ("x", [(kind, 0, 1)])


REFUSED = [
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("số <5 người", 'Unsupported start tag "5" at byte offset 5'),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("<b", "Unclosed start tag at byte offset 0"),
    ("đ<b", "Unclosed start tag at byte offset 2"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<i>abcd</b>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=a/b>x</a>", "Unexpected end of name token at byte offset 8"),
    ('<tg-emoji emoji-id="0">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ("&#xD800;", "Text contains invalid Unicode characters after decoding HTML entities, "
     "check for unmatched surrogate code units"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "reason"), REFUSED)
def test_broken_markup_is_refused_in_telegrams_words(markup: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(markup)
    assert refusal.value.code == 400
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


REFERENCES = [
    ("&lt;b&gt; &amp; &quot;", '<b> & "'),
    ("&#65;&#x42;", "AB"),
    ("&amp;lt;", "&lt;"),
    ("a & b", "a & b"),
    ("&nbsp;&copy;&apos;", "&nbsp;&copy;&apos;"),
    ("&lt", "<"),
    ("&ltx;", "&ltx;"),
    ("&#0;&#x110000;", "&#0;&#x110000;"),
    ("&#00000065;", "&#00000065;"),
    ("&", "&"),
]


@pytest.mark.parametrize(("markup", "text"), REFERENCES)
def test_only_the_four_names_and_numbers_are_decoded_and_nothing_else_is_an_error(markup: str, text: str) -> None:
    assert parse_html(markup) == (text, ())


def test_offsets_count_utf16_units() -> None:
    text, entities = parse_html("🔔🔔 <b>lũ 🌊</b> về")
    assert text == "🔔🔔 lũ 🌊 về"
    assert (entities[0].offset, entities[0].length) == (5, 5)


def test_a_link_with_a_host_that_telegram_does_not_know_is_dropped_without_an_error() -> None:
    assert parse_html('<a href="http://localhost:8080/x">x</a>') == ("x", ())


def test_a_link_without_address_links_to_its_text() -> None:
    _, entities = parse_html("<a>example.vn</a>")
    assert entities[0].url == "http://example.vn/"


def test_code_inside_pre_names_the_language() -> None:
    _, entities = parse_html('<pre><code class="language-python">x</code></pre>')
    assert [(e.type, e.language) for e in entities] == [("pre", "python")]


def test_bold_around_code_is_cut_in_two() -> None:
    _, entities = read_formatted("<b>a<code>b</code>c</b>", "HTML", None)
    assert [(e.type, e.offset, e.length) for e in entities] == [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]


def test_outer_white_space_is_cut_and_entities_follow() -> None:
    text, entities = read_formatted("  \n<b>x</b>  \n", "HTML", None)
    assert text == "x"
    assert (entities[0].offset, entities[0].length) == (0, 1)


def test_control_characters_and_direction_overrides_do_not_survive() -> None:
    assert read_formatted("a\tb\r\nc\u202ed", "", None)[0] == "a b\ncd"


def test_links_commands_mentions_and_hashtags_are_found_by_themselves() -> None:
    _, entities = read_formatted("/duyet@keng_demo_bot 7K2 https://example.vn/a. @truc_demo #lũ", "", None)
    assert [e.type for e in entities] == ["bot_command", "url", "mention", "hashtag"]
    assert entities[1].length == len("https://example.vn/a")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
def test_escaped_text_always_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, ())


@given(st.text(alphabet="<>/&;#x=\"' abiupré🔔15", max_size=40))
def test_any_bytes_are_either_read_or_refused_as_a_bad_request(markup: str) -> None:
    try:
        text, entities = parse_html(markup)
    except ApiError as refusal:
        assert refusal.code == 400
    else:
        assert all(0 <= e.offset < e.end <= utf16_length(text) for e in entities)


PIECES = st.recursive(
    st.text(alphabet="aăb🔔 <&>\"", min_size=1, max_size=5).map(html.escape),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from("bius"), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(PIECES, max_size=4).map("".join))
def test_what_is_shown_as_html_reads_back_as_the_same_message(markup: str) -> None:
    text, entities = read_formatted(markup, "HTML", None)
    again, entities_again = read_formatted(to_html(text, entities), "HTML", None)
    assert again == text
    assert sorted(set(entities), key=repr) == sorted(set(entities_again), key=repr)
