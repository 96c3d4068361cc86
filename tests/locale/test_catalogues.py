"""The words for people: complete in both languages, the same holes in both, and none missing in the code."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.approval.policy import STARTED_BY_PEOPLE
from bot.channels.telegram.menu import MENU, read
from bot.detection.bend import Negative, Volume
from bot.detection.forecast import NoForecast
from bot.detection.outlook import Confidence, Direction
from bot.locale import catalogue, duration, has, local_time, number, short_time, text
from bot.model.delivery import DeliveryState
from bot.model.incident import IncidentState
from bot.model.languages import LANGUAGES
from bot.model.person import Role
from bot.model.policy import Leg
from bot.model.reasons import Escalation, Grouping, Reason
from bot.model.statement import PUBLIC, StatementKind, StatementState

TELLS_NOBODY = {Escalation.REMINDER_SUPERSEDED, Escalation.NOBODY_REACHABLE, Escalation.NOBODY_IN_ROLE}
CODE = Path(__file__).parents[2] / "bot"
COMMAND = re.compile(r"(?<![\w/.:])/[a-z]+\b")
USED = re.compile(r"""(?:\btext\(\s*[^,()]+(?:\([^()]*\))?,|\bone\(\s*[^,()]+(?:\([^()]*\))?,|\bt\()\s*"([^"{]+)\"""")


def holes(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("vi")) == set(catalogue("en"))


@pytest.mark.parametrize("key", sorted(catalogue("vi")))
def test_both_languages_have_words_and_the_same_holes(key: str) -> None:
    vietnamese, english = catalogue("vi")[key], catalogue("en")[key]
    assert vietnamese.strip()
    assert english.strip()
    assert holes(vietnamese) == holes(english)


@pytest.mark.parametrize(
    "key",
    [f"reason.{reason.value}" for reason in (*Reason, *Grouping)]
    + [f"card.state.{state.value}" for state in IncidentState]
    + [f"state.{state.value}" for state in IncidentState]
    + [f"card.statement.{state.value}" for state in StatementState if state is not StatementState.DRAFT]
    + [f"delivery.{state.value}" for state in DeliveryState]
    + [f"role.{role.value}" for role in Role]
    + [f"command.{command}" for command in MENU]
    + [f"notice.why.{reason.value}" for reason in Escalation if reason not in TELLS_NOBODY]
    + [f"notice.clock.{leg.value}" for leg in Leg]
    + [f"card.target.{leg.value}" for leg in Leg if leg is not Leg.PROGRESS]
    + [f"card.clock.{kind}.{act}" for kind in ("since", "provisional") for act in STARTED_BY_PEOPLE]
    + [f"toast.{reason.value}" for reason in Reason if reason.value.startswith("ask_")]
    + [f"{place}.{kind.value}" for place in ("kind", "paper.subject") for kind in StatementKind]
    + [f"outlet.telegram_channel.{kind.value}" for kind in StatementKind]
    + [f"newsroom.label.{kind.value}" for kind in StatementKind if kind is not StatementKind.INITIAL],
)
def test_every_code_that_people_may_see_has_words(key: str) -> None:
    assert has(key)


def test_every_key_that_the_code_names_has_words() -> None:
    files = [*CODE.rglob("*.py"), *CODE.rglob("*.html")]
    used = {key for file in files for key in USED.findall(file.read_text(encoding="utf-8"))}
    assert len(used) > 50, "the pattern finds the calls"
    assert sorted(key for key in used if not has(key)) == []


@pytest.mark.parametrize("key", [key for key in sorted(catalogue("vi")) if COMMAND.search(catalogue("vi")[key])])
def test_both_languages_name_the_same_commands_and_only_those_that_exist(key: str) -> None:
    typed = {lang: {read(said).verb for said in COMMAND.findall(catalogue(lang)[key])} for lang in LANGUAGES}
    assert typed["vi"] == typed["en"]
    assert [verb for verb in typed["vi"] if not read(f"/{verb}").is_known] == []


@pytest.mark.parametrize("problem", ["not_json", "not_authentic", "too_large", "store_unavailable", "id_reused"])
def test_problems_have_a_title_and_a_detail(problem: str) -> None:
    assert has(f"problem.{problem}.title")
    assert has(f"problem.{problem}.detail")


@pytest.mark.parametrize("command", MENU)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_fits_telegram(lang: str, command: str) -> None:
    assert 1 <= len(text(lang, f"command.{command}")) <= 256


@pytest.mark.parametrize("lang", LANGUAGES)
def test_toasts_fit_telegram_even_without_being_cut(lang: str) -> None:
    for key, words in catalogue(lang).items():
        if key.startswith("toast."):
            assert len(words) <= 200, key


def test_values_are_put_in_as_they_are() -> None:
    assert text("vi", "reason.unknown_playbook", playbook="{code} %s <b>") == "Không có cẩm nang {code} %s <b>."


def test_a_missing_value_and_a_missing_key_never_raise() -> None:
    assert "…" in text("vi", "reason.unknown_playbook")
    assert text("vi", "no.such.key") == "no.such.key"
    assert text("fr", "button.approve") == "Duyệt"


def test_times_are_those_on_the_wall_in_viet_nam() -> None:
    instant = datetime(2026, 11, 22, 19, 5, tzinfo=UTC)
    assert local_time(instant) == "02h05 ngày 23/11/2026"
    assert local_time(instant, "en") == "02:05 on 23 November 2026", "23/11 alone would do, 05/02 would not"
    assert short_time(instant, instant + timedelta(hours=1)) == "02h05"
    assert short_time(instant, instant + timedelta(days=1)) == "02h05 ngày 23/11"
    assert short_time(instant, instant + timedelta(days=1), "en") == "02:05 on 23 November"


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [(412, "412", "412"), (6.2, "6,2", "6.2"), (1234.5, "1.234,5", "1,234.5"), (3.0, "3", "3"), (0.04, "0", "0")],
)
def test_numbers_are_written_as_the_language_does(value: float, vietnamese: str, english: str) -> None:
    assert number("vi", value) == vietnamese
    assert number("en", value) == english


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=42), "42 phút"),
        (timedelta(hours=3, minutes=5), "3 giờ 05 phút"),
        (timedelta(days=2, hours=4), "2 ngày 4 giờ"),
        (timedelta(minutes=-42), "42 phút"),
    ],
)
def test_lengths_of_time_use_the_two_units_that_matter(length: timedelta, words: str) -> None:
    assert duration("vi", length) == words


@pytest.mark.parametrize(
    "key",
    [f"curve.none.{why}" for why in NoForecast]
    + [f"curve.outlook.{direction}" for direction in Direction]
    + [f"curve.confidence.{confidence}" for confidence in Confidence]
    + [f"curve.bend.{volume}" for volume in Volume]
    + [f"curve.negative.{negative}" for negative in Negative if negative is not Negative.UNKNOWN],
)
def test_everything_a_curve_may_say_has_words(key: str) -> None:
    assert has(key)


FOLLOWING = [kind for kind in StatementKind if kind not in (StatementKind.INITIAL, StatementKind.REFUSAL)]


@pytest.mark.parametrize(
    "key",
    [f"kind.{kind}" for kind in StatementKind]
    + [f"paper.subject.{kind}" for kind in StatementKind]
    + [f"newsroom.label.{kind}" for kind in StatementKind if kind is not StatementKind.INITIAL]
    + [f"newsroom.kind.{kind}" for kind in FOLLOWING]
    + [f"outlet.telegram_channel.{kind}" for kind in FOLLOWING]
    + [f"newsroom.state.{state}" for state in sorted(PUBLIC) if state is not StatementState.PUBLISHED]
    + [f"verify.state.{state}" for state in sorted(PUBLIC)],
)
def test_what_the_public_reads_around_a_statement_of_any_kind_has_words(key: str) -> None:
    assert has(key), "else the key itself is published"
