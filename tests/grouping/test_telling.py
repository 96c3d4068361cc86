"""Growth told once: a reason each, a step each, and nothing because another alert came in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.grouping.growth import grow, opening_growth
from bot.grouping.telling import NamedPlace, after, begin, grown
from bot.model.alert import Alert, Location, Sentiment, Source, Volume
from bot.model.incident import Growth, Incident
from bot.model.telling import Growing, Grown, TellingPolicy, Told
from tests.store.samples import NIGHT, an_incident

POLICY = TellingPolicy()
BEN_NUA, SONG_THUONG = NamedPlace("ben-nua", "phường Bến Nứa"), NamedPlace("song-thuong", "phường Sông Thượng")


def matter(level: int = 3, places: int = 0, **growth: object) -> Incident:
    made = Growth(1, Volume(400, 66), 0, NIGHT, NIGHT)
    return an_incident(level=level, growth=replace(made, **growth))


class People:
    """Who were told of one matter, and are told again or not."""

    def __init__(self, incident: Incident, places: tuple[NamedPlace, ...] = (), policy: TellingPolicy = POLICY) -> None:
        self.policy = policy
        self.told: Told = begin(incident, places, policy)

    def hear(
        self, incident: Incident, places: tuple[NamedPlace, ...] = (), at: datetime = NIGHT
    ) -> tuple[Growing, ...]:
        said: tuple[Grown, ...] = grown(self.told, incident, places, self.policy, at)
        self.told = after(self.told, incident, said, places, self.policy, at)
        return tuple(one.reason for one in said)


def volume(observed: float | None, unit: str = "mentions") -> Volume:
    return Volume(observed, 66, None, None, unit)


def test_another_alert_about_the_same_is_no_reason() -> None:
    people = People(matter())
    assert people.hear(matter(alerts=50)) == ()


def test_volume_is_told_at_half_more_than_was_last_told_and_then_at_half_more_again() -> None:
    people = People(matter())
    assert people.hear(matter(volume=volume(599))) == ()
    assert people.hear(matter(volume=volume(600))) == (Growing.VOLUME_UP,)
    assert people.hear(matter(volume=volume(600))) == ()
    assert people.hear(matter(volume=volume(899))) == ()
    assert people.hear(matter(volume=volume(900))) == (Growing.VOLUME_UP,)


def test_a_matter_that_ebbs_and_comes_back_to_where_it_was_is_no_news() -> None:
    people = People(matter())
    assert people.hear(matter(volume=volume(100))) == ()
    assert people.hear(matter(volume=volume(410))) == ()


def test_the_word_names_both_numbers() -> None:
    people = People(matter())
    (said,) = grown(people.told, matter(volume=volume(1000)), (), POLICY, NIGHT)
    assert (said.before, said.now) == (400, 1000)


def test_numbers_of_another_unit_are_not_compared() -> None:
    people = People(matter())
    assert people.hear(matter(volume=volume(9000, "articles"))) == ()
    assert people.hear(matter(volume=volume(14000, "articles"))) == (Growing.VOLUME_UP,)


def test_where_nobody_counts_mentions_alerts_are_counted_but_not_one_by_one() -> None:
    people = People(matter(volume=Volume()))
    assert people.hear(matter(volume=Volume(), alerts=10)) == ()
    assert people.hear(matter(volume=Volume(), alerts=11)) == (Growing.ALERTS_UP,)
    assert people.hear(matter(volume=Volume(), alerts=20)) == ()
    assert people.hear(matter(volume=Volume(), alerts=21)) == (Growing.ALERTS_UP,)


def test_a_level_that_rises_is_told_and_one_that_a_person_lowered_may_rise_again() -> None:
    people = People(matter(level=2))
    assert people.hear(matter(level=3)) == (Growing.LEVEL_UP,)
    assert people.hear(matter(level=1)) == ()
    assert people.hear(matter(level=2)) == (Growing.LEVEL_UP,)


def test_the_press_joins_once() -> None:
    people = People(matter())
    assert people.hear(matter(press=1)) == (Growing.PRESS_JOINS,)
    assert people.hear(matter(press=7)) == ()


def test_a_matter_that_began_in_the_press_is_not_joined_by_it() -> None:
    assert People(matter(press=1)).hear(matter(press=3)) == ()


def test_each_new_place_is_told_once() -> None:
    people = People(matter(), (BEN_NUA,))
    assert people.hear(matter(), (BEN_NUA, SONG_THUONG)) == (Growing.NEW_PLACE,)
    assert people.hear(matter(), (BEN_NUA, SONG_THUONG)) == ()


def test_the_province_of_a_place_that_is_known_is_no_new_place() -> None:
    ben_nua = replace(BEN_NUA, wider=frozenset({"tinh"}))
    people = People(matter(), (ben_nua,))
    assert people.hear(matter(), (ben_nua, NamedPlace("tinh", "tỉnh Thượng Giang"))) == ()


def test_another_spelling_of_a_place_that_is_known_is_no_new_place_and_is_remembered() -> None:
    people = People(matter(), (BEN_NUA,))
    assert people.hear(matter(), (BEN_NUA, replace(BEN_NUA, name="P. Bến Nứa", said="p ben nua"))) == ()
    assert "p ben nua" in people.told.places


def test_a_new_place_that_may_not_be_told_yet_is_told_later() -> None:
    people = People(matter(), (BEN_NUA,))
    both = (BEN_NUA, replace(SONG_THUONG, said="phuong song thuong"))
    people.told = after(people.told, matter(), (), both, POLICY, NIGHT)
    assert people.hear(matter(), both) == (Growing.NEW_PLACE,)


def test_feeling_that_turns_is_told_and_rests_before_it_is_told_again() -> None:
    good, bad = Sentiment(positive=0.6, negative=0.1), Sentiment(score=-0.7)
    people = People(matter(sentiment=good))
    assert people.hear(matter(sentiment=bad)) == (Growing.SENTIMENT_TURNS,)
    assert people.hear(matter(sentiment=good), at=NIGHT + timedelta(hours=5)) == ()
    assert people.hear(matter(sentiment=bad), at=NIGHT + timedelta(hours=5)) == ()
    assert people.hear(matter(sentiment=good), at=NIGHT + timedelta(hours=7)) == (Growing.SENTIMENT_RECOVERS,)


def test_feeling_that_wavers_about_neutral_is_no_turn() -> None:
    people = People(matter(sentiment=Sentiment(score=0.1)))
    assert people.hear(matter(sentiment=Sentiment(score=-0.1))) == ()


def test_the_first_measured_feeling_is_a_beginning_and_no_turn() -> None:
    people = People(matter())
    assert people.hear(matter(sentiment=Sentiment(score=-0.9))) == ()


def test_several_reasons_are_one_word() -> None:
    people = People(matter(level=2))
    both = matter(level=4, volume=volume(5000), press=2)
    assert people.hear(both, (BEN_NUA,)) == (
        Growing.LEVEL_UP,
        Growing.VOLUME_UP,
        Growing.PRESS_JOINS,
        Growing.NEW_PLACE,
    )
    assert people.told.seq == 1


@pytest.mark.parametrize("percent", [20, 100])
def test_the_office_says_how_much_is_a_step(percent: int) -> None:
    people = People(matter(), policy=replace(POLICY, volume_up_by=percent / 100))
    assert people.hear(matter(volume=volume(400 * (1 + percent / 100) - 1))) == ()
    assert people.hear(matter(volume=volume(400 * (1 + percent / 100)))) == (Growing.VOLUME_UP,)


def alert(minutes: int = 0, **fields: object) -> Alert:
    return Alert("a", "default", "Nước có mùi", NIGHT + timedelta(minutes=minutes), **fields)


def test_growth_keeps_places_in_order_and_the_latest_feeling() -> None:
    growth = opening_growth(alert(location=Location(text="phường  Bến Nứa"), sentiment=Sentiment(score=-0.5)))
    growth = grow(growth, alert(5, location=Location(text="phường Sông Thượng"), sentiment=Sentiment(score=0.4)))
    growth = grow(growth, alert(3, location=Location(text="phường Bến Nứa"), sentiment=Sentiment(score=-0.9)))
    growth = grow(growth, alert(9, sources=(Source(is_press=True),)))
    assert growth.places == ("phường Bến Nứa", "phường Sông Thượng")
    assert growth.sentiment == Sentiment(score=0.4)
    assert growth.press == 1


def test_places_without_end_are_bounded() -> None:
    growth = opening_growth(alert())
    for number in range(100):
        growth = grow(growth, alert(location=Location(text=f"xã Số {number}" + "x" * 1000)))
    assert len(growth.places) == 20
    assert max(map(len, growth.places)) <= 200
