"""Where a topic is heading and whether its curve has bent, in plain sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from bot.detection.bend import Bend, Negative, Volume
from bot.detection.forecast import NoForecast
from bot.detection.outlook import Direction, Outlook
from bot.detection.picture import Labels
from bot.detection.tuning import HOUR
from bot.locale import duration, number, short_time, text


def outlook_sentence(outlook: Outlook | NoForecast, lang: str) -> str:
    """``Đang tăng: 3 giờ tới có thể gấp 2–4 lần giờ vừa qua; độ tin cậy thấp.``."""
    if isinstance(outlook, NoForecast):
        return text(lang, f"curve.none.{outlook}")
    now = max(outlook.recent, 1.0)
    if outlook.direction is Direction.RISING:
        low, high = _times(outlook.low / now, lang), _times(outlook.high / now, lang)
    elif outlook.direction is Direction.FALLING:
        low, high = f"{100 * outlook.low / now:.0f}", f"{100 * outlook.high / now:.0f}"
    else:
        low, high = number(lang, round(outlook.low)), number(lang, round(outlook.high))
    confidence = text(lang, f"curve.confidence.{outlook.confidence}")
    key = f"curve.outlook.{outlook.direction}"
    return text(lang, key, low=low, high=high, hours=str(outlook.hours), confidence=confidence)


class Said(Protocol):
    """What the detector said, as it is kept: kind and reason as codes, instants in seconds since 1970."""

    @property
    def why(self) -> str:
        """The reason code."""
        ...

    @property
    def at(self) -> int:
        """The end of the bin."""
        ...

    @property
    def since(self) -> int:
        """When it began."""
        ...

    @property
    def observed(self) -> float:
        """What was seen."""
        ...

    @property
    def expected(self) -> float:
        """What should have been seen."""
        ...

    @property
    def factor(self) -> float:
        """Seen over expected."""
        ...

    @property
    def score(self) -> float:
        """The topic's own deviations above its usual daily maximum."""
        ...

    @property
    def kind(self) -> str:
        """What happened."""
        ...


def why_sentence(said: Said, seconds: float, now: datetime, lang: str) -> str:
    """Why the detector spoke: what it saw, what it expected, by what it measured, since when."""
    share = said.kind == "sentiment_shift"
    scale = 100 if share else 1
    feeling = said.kind in ("negative_spike", "positive_spike")
    span = max(4 * HOUR if feeling or share else HOUR, seconds)
    return text(
        lang,
        f"rise.{said.kind}" if feeling else f"rise.{said.why}",
        span=_span(span, lang),
        observed=number(lang, round(scale * said.observed)),
        expected=number(lang, round(scale * said.expected, 0 if share or said.expected >= 2 else 1)),
        factor=_times(said.factor, lang),
        score=number(lang, said.score),
        since=short_time(datetime.fromtimestamp(said.since, UTC), now, lang),
    )


def bend_sentence(bend: Bend, lang: str) -> str:
    """What came after a statement, and that it proves no cause."""
    numbers = {
        "hours": str(bend.hours),
        "observed": number(lang, round(bend.observed)),
        "low": number(lang, round(bend.low)),
        "high": number(lang, round(bend.high)),
    }
    said = [text(lang, f"curve.bend.{bend.volume}", **numbers)]
    if bend.negative is not Negative.UNKNOWN and bend.share_before is not None and bend.share_after is not None:
        shares = {"before": f"{100 * bend.share_before:.0f}", "after": f"{100 * bend.share_after:.0f}"}
        said.append(text(lang, f"curve.negative.{bend.negative}", **shares))
    if bend.volume is not Volume.TOO_EARLY:
        said.append(text(lang, "curve.no_proof"))
    return " ".join(said)


def _span(seconds: float, lang: str) -> str:
    """A round length of time: ``4 giờ``."""
    hours = seconds / HOUR
    return (
        text(lang, "span.hours", hours=f"{hours:.0f}") if hours % 1 == 0 else duration(lang, timedelta(seconds=seconds))
    )


def _times(factor: float, lang: str) -> str:
    """A factor, whole from ten on: ``2,5`` or ``12``."""
    return number(lang, round(factor) if factor >= 10 else factor)


def chart_labels(lang: str, none: NoForecast | None = None) -> Labels:
    """The words in a picture; with `none` it also says why there is no forecast."""
    return Labels(
        per_hour=text(lang, "chart.per_hour"),
        seen=text(lang, "chart.seen"),
        usual=text(lang, "chart.usual"),
        alert=text(lang, "chart.alert"),
        statement=text(lang, "chart.statement"),
        ahead=text(lang, "chart.ahead"),
        none_ahead="" if none is None else text(lang, f"chart.none.{none}"),
        hour="%H:%M" if lang == "en" else "%Hh",
        day="%d %b" if lang == "en" else "%d/%m",
        figure=partial(number, lang),
    )
