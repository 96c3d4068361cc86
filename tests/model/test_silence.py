"""Which alerts a silence means, which come through all the same, and which silences one person may not make alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.alert import Alert, AlertStatus, Location, Source
from bot.model.silence import (
    LetThrough,
    Silence,
    SilenceKind,
    SilencePolicy,
    SilenceState,
    Wide,
    first_fitting,
    let_through,
    why_wide,
)
from bot.model.silence_matcher import Matcher, Said, host_of

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
POLICY = SilencePolicy()


def an_alert(title: str = "Lễ hội đua ghe ngo ở Bến Nứa", summary: str = "", **fields: object) -> Alert:
    return Alert("a", "default", title, NOW, summary=summary, **fields)


def said(alert: Alert | None = None, units: tuple[str, ...] = (), playbook: str | None = None) -> Said:
    return Said.of(alert or an_alert(), units, playbook)


@pytest.mark.parametrize("phrase", ["đua ghe", "DUA GHE", "đua  ghe ngo", "dua ghe"])
def test_words_fit_without_regard_to_accents_capitals_and_spaces(phrase: str) -> None:
    assert Matcher(words=(phrase,)).fits(said())


@pytest.mark.parametrize("phrase", ["đua gh", "ua ghe", "ghe đua", "lửa"])
def test_words_fit_as_whole_words_in_their_order(phrase: str) -> None:
    assert not Matcher(words=(phrase,)).fits(said())


def test_every_part_must_fit_and_of_each_part_one_entry() -> None:
    matcher = Matcher(words=("diễu hành", "đua ghe"), feeds=("default",))
    assert matcher.fits(said())
    assert not replace(matcher, feeds=("mention",)).fits(said())


def test_a_place_fits_by_its_unit_by_one_above_it_and_by_its_name() -> None:
    here = said(an_alert(location=Location(text="phường Bến Nứa")), units=("ben-nua", "thuong-giang"))
    assert Matcher(places=("ben-nua",)).fits(here)
    assert Matcher(places=("thuong-giang",)).fits(here)
    assert Matcher(places=("Ben Nua",)).fits(here)
    assert not Matcher(places=("song-thuong",)).fits(here)


@pytest.mark.parametrize(
    ("host", "url", "fits"),
    [
        ("facebook.com", "https://m.facebook.com/x", True),
        ("facebook.com", "https://facebook.com", True),
        ("facebook.com", "https://notfacebook.com/x", False),
        ("facebook.com", "https://evil.example/facebook.com", False),
        ("facebook.com", "http://[broken", False),
    ],
)
def test_a_host_is_itself_and_what_lies_below_it(host: str, url: str, fits: bool) -> None:
    assert Matcher(hosts=(host,)).fits(said(an_alert(sources=(Source(url=url),)))) is fits


@pytest.mark.parametrize("address", ["https://M.Example.vn/a?b", "m.example.vn", "//m.example.vn:8080/"])
def test_a_host_is_read_from_whatever_address_was_pasted(address: str) -> None:
    assert host_of(address) == "m.example.vn"


def test_what_fits_an_exception_is_let_through() -> None:
    matcher = Matcher(words=("đua ghe",), unless=(Matcher(words=("lật ghe", "đánh nhau")),))
    assert matcher.fits(said())
    assert not matcher.fits(said(an_alert("Lật ghe ở lễ hội đua ghe")))


def test_a_matcher_that_asks_for_nothing_fits_nothing_even_with_exceptions() -> None:
    assert not Matcher().fits(said())
    assert not Matcher(unless=(Matcher(words=("x",)),)).fits(said())


def test_a_matcher_is_kept_and_read_again() -> None:
    matcher = Matcher(("đua ghe",), ("ben-nua",), ("fire-explosion",), ("f",), ("h.vn",), (Matcher(words=("chìm",)),))
    assert Matcher.from_json(matcher.to_json()) == matcher


@pytest.mark.parametrize(
    ("alert", "why"),
    [
        (an_alert(), None),
        (an_alert(severity_hint=3), None),
        (an_alert(severity_hint=4), LetThrough.SEVERE),
        (an_alert("Lật ghe đua, hai người chết"), LetThrough.DEATHS),
        (an_alert(summary="co nguoi tu vong tai cho"), LetThrough.DEATHS),
        (an_alert("Đua ghe: lật ghe, chết 3 người"), LetThrough.DEATHS),
        (an_alert("Đua ghe: một học sinh chết"), LetThrough.DEATHS),
        (an_alert("Đua ghe: nạn nhân qua đời tại bệnh viện"), LetThrough.DEATHS),
        (an_alert("Đua ghe: ba người tử nạn"), LetThrough.DEATHS),
        (an_alert("Đua ghe được nhắc nhiều", sources=(Source(title="Lật ghe, 2 người tử vong"),)), LetThrough.DEATHS),
        (an_alert("Đua ghe: cá chết trắng sông"), None),
        (an_alert("Boat race: two fans killed"), LetThrough.DEATHS),
        (an_alert(status=AlertStatus.EXERCISE), LetThrough.DRILL),
    ],
)
def test_grave_alerts_and_drills_come_through_any_silence(alert: Alert, why: LetThrough | None) -> None:
    assert let_through(alert, said(alert), POLICY) is why


def test_the_office_may_decide_otherwise() -> None:
    lax = replace(POLICY, through_severity=None, through_deaths=False, through_drills=False)
    for alert in (an_alert(severity_hint=4), an_alert("hai người chết"), an_alert(status=AlertStatus.TEST)):
        assert let_through(alert, said(alert), lax) is None


@pytest.mark.parametrize(
    ("matcher", "held", "why"),
    [
        (Matcher(words=("đua ghe",), places=("ben-nua",)), 20, None),
        (Matcher(words=("đua ghe",)), 20, None),
        (Matcher(words=("đua ghe",)), 21, Wide.MANY_ALERTS),
        (Matcher(feeds=("default",)), 0, Wide.NO_WORDS_NO_PLACE),
        (Matcher(playbooks=("fire-explosion",)), 0, Wide.NO_WORDS_NO_PLACE),
        (Matcher(words=("nước",)), 0, Wide.COMMON_WORD),
        (Matcher(words=("nước",), places=("ben-nua",)), 0, None),
        (Matcher(places=("tinh",)), 0, Wide.WHOLE_PROVINCE),
        (Matcher(places=("ben-nua", "tinh")), 0, Wide.WHOLE_PROVINCE),
        (Matcher(words=("nước",), places=("tinh",)), 0, Wide.COMMON_WORD),
    ],
)
def test_wide_silences_need_a_second_person(matcher: Matcher, held: int, why: Wide | None) -> None:
    assert why_wide(matcher, {"tinh"}, held, POLICY) is why


def silence(**fields: object) -> Silence:
    made = Silence(
        "s",
        "7KQ",
        SilenceKind.SILENCE,
        Matcher(words=("đua ghe",)),
        NOW,
        NOW + timedelta(hours=4),
        "lễ hội",
        "p101",
        NOW,
        SilenceState.AGREED,
    )
    return replace(made, **fields)


@pytest.mark.parametrize("state", [s for s in SilenceState if s is not SilenceState.AGREED])
def test_only_what_was_agreed_holds_anything(state: SilenceState) -> None:
    assert first_fitting([silence(state=state)], said(), NOW) is None


def test_a_silence_holds_from_its_begin_and_no_longer_at_its_end() -> None:
    held = [first_fitting([silence()], said(), NOW + timedelta(hours=h)) is not None for h in (-1, 0, 3, 4)]
    assert held == [False, True, True, False]


def test_of_several_the_one_that_ends_last_is_named() -> None:
    longer = silence(id="t", code="8KQ", ends_at=NOW + timedelta(hours=9))
    assert first_fitting([silence(), longer], said(), NOW) is longer
