"""A topic's last days as a picture: counts, what was expected, alerts, statements, and the forecast as a fan.

For a phone in a dark room: light on dark, large letters, few of them; colours of Okabe and Ito, which the colour-blind
tell apart, and every mark also has a shape of its own. matplotlib's own DejaVu Sans has all Vietnamese letters.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from bot.detection.calendar import VIETNAM_OFFSET
from bot.detection.forecast import Forecast
from bot.detection.tuning import DAY, HOUR

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Format = Literal["png", "svg"]
Floats = np.ndarray[Any, np.dtype[np.float64]]
_BACK, _INK, _FAINT = "#10161f", "#f2f2f2", "#8b98a8"
_BLUE, _ORANGE, _RED, _GREEN = "#56b4e9", "#e69f00", "#ff7f50", "#00c08b"
_POINTS: Final = 160
_FIGURE, _BESIDE = 0.107, 0.16
"""Inches that a figure beside the axis takes at 12 points, and that are left beside it."""

_lock: Final = threading.Lock()
"""matplotlib draws letters with state of its own: one picture at a time."""


@dataclass(frozen=True)
class Shape:
    """How a picture is laid out.

    Attributes:
        inches: width and height, at 120 dots an inch.
        axes: where the axes are: left, bottom, width, height as parts of the whole.
        title: most letters of the title.
        title_size: its size in points.
        ticks: most ticks of the time axis.
        columns: of the legend.
        legend_size: its size in points.
    """

    inches: tuple[float, float]
    axes: tuple[float, float, float, float]
    title: int
    title_size: float
    ticks: int
    columns: int
    legend_size: float


WIDE: Final = Shape((7.5, 5), (0.105, 0.235, 0.875, 0.61), 48, 15, 9, 3, 11.5)
"""For a chat, where a touch shows it large, and for a page on a desk."""

TALL: Final = Shape((4.3, 5.4), (0.135, 0.335, 0.835, 0.52), 34, 13, 4, 1, 11)
"""For a page on a phone: as wide as the screen, the letters as large as those beside it."""


@dataclass(frozen=True)
class Labels:
    """The words in the picture.

    Attributes:
        per_hour: name of the upright axis.
        seen: the counts.
        usual: the expected band.
        alert: an alert.
        statement: a statement.
        ahead: the forecast with its bands.
        none_ahead: instead of it, where there is none.
        hour: how an hour is written, a strftime format.
        day: how a day is written.
        figure: how a number is written.
    """

    per_hour: str
    seen: str
    usual: str
    alert: str
    statement: str
    ahead: str
    none_ahead: str
    hour: str
    day: str
    figure: Callable[[float], str] = "{:,.0f}".format


@dataclass(frozen=True)
class Curve:
    """What is drawn; times in seconds since 1970, all arrays of one length.

    Attributes:
        topic: the title.
        seconds: the bins' length.
        starts: when each bin began.
        counts: mentions, NaN where not seen.
        low: of the expected band, in mentions a bin.
        high: see `low`.
        alerts: when the topic alerted.
        statements: when a statement was published.
        forecast: of the hours after the last bin.
    """

    topic: str
    seconds: float
    starts: Floats
    counts: Floats
    low: Floats
    high: Floats
    alerts: Sequence[float] = ()
    statements: Sequence[float] = ()
    forecast: Forecast | None = None


async def drawn(curve: Curve, labels: Labels, form: Format = "png", shape: Shape = WIDE) -> bytes:
    """The picture, drawn in a thread: the event loop goes on meanwhile."""
    return await asyncio.to_thread(draw, curve, labels, form, shape)


def draw(curve: Curve, labels: Labels, form: Format = "png", shape: Shape = WIDE) -> bytes:
    """The picture as PNG (900 × 600, some 40 KB) or SVG with letters as text."""
    import matplotlib as mpl  # a second or more: only when a picture is asked for
    from matplotlib.figure import Figure

    with _lock, mpl.rc_context({"font.family": "DejaVu Sans", "svg.fonttype": "none", "svg.hashsalt": "keng"}):
        figure = Figure(figsize=shape.inches, dpi=120, facecolor=_BACK)
        axes = figure.add_axes(shape.axes)
        _style(axes)
        # Beside the axis it would take the room of the figures.
        figure.text(0.02, 0.885, labels.per_hour, color=_FAINT, fontsize=11.5)
        top = _past(axes, curve, labels)
        _future(axes, curve, labels, top)
        _marks(axes, curve, labels)
        _time_axis(axes, curve, labels, shape.ticks)
        _upright_axis(axes, labels, shape)
        title = " ".join(curve.topic.split())
        title = title if len(title) <= shape.title else title[: shape.title - 1] + "…"
        figure.text(0.02, 0.93, title, color=_INK, fontsize=shape.title_size, fontweight="bold", parse_math=False)
        handles, names = axes.get_legend_handles_labels()
        figure.legend(
            handles,
            names,
            loc="lower left" if shape.columns == 1 else "lower center",
            ncols=shape.columns,
            fontsize=shape.legend_size,
            frameon=False,
            labelcolor=_INK,
            columnspacing=1.4,
            labelspacing=0.35 if shape.columns == 1 else 0.5,
        )
        out = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else None
        figure.savefig(out, format=form, facecolor=_BACK, metadata=metadata)
    return out.getvalue()


def _style(axes: Axes) -> None:
    axes.set_facecolor(_BACK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    axes.tick_params(colors=_INK, labelsize=12, length=0)
    axes.grid(axis="y", color="#2a3442", linewidth=0.8)


def _past(axes: Axes, curve: Curve, labels: Labels) -> float:
    """Counts and expected band as mentions an hour, in few enough points; returns the highest."""
    step = max(1, -(-len(curve.starts) // _POINTS))
    whole = len(curve.starts) // step * step
    per_hour = HOUR / curve.seconds

    def coarse(values: Floats) -> Floats:
        blocks = values[-whole:].reshape(-1, step)
        seen = np.isfinite(blocks)
        sums = np.where(seen, blocks, 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        return np.asarray(np.where(seen.any(axis=1), sums, np.nan) * per_hour)

    middle = curve.starts[-whole::step] + step * curve.seconds / 2
    counts, low, high = coarse(curve.counts), coarse(curve.low), coarse(curve.high)
    axes.fill_between(middle, low, high, color=_BLUE, alpha=0.28, linewidth=0, label=labels.usual)
    axes.plot(middle, counts, color=_INK, linewidth=2.2, label=labels.seen, solid_capstyle="round")
    return float(np.nanmax(np.concatenate([counts, high, [1.0]])))


def _future(axes: Axes, curve: Curve, labels: Labels, top: float) -> None:
    end = float(curve.starts[-1]) + curve.seconds
    forecast = curve.forecast
    if forecast is None:
        if labels.none_ahead:
            axes.plot([], [], color=_ORANGE, linestyle="--", label=labels.none_ahead)
        axes.set_ylim(0, top * 1.15)
        return
    hours = forecast.start + (np.arange(24) + 0.5) * HOUR
    axes.fill_between(hours, forecast.low95, forecast.high95, color=_ORANGE, alpha=0.16, linewidth=0)
    axes.fill_between(hours, forecast.low80, forecast.high80, color=_ORANGE, alpha=0.32, linewidth=0)
    axes.plot(hours, forecast.median, color=_ORANGE, linewidth=2.2, linestyle="--", label=labels.ahead)
    axes.axvline(end, color=_FAINT, linewidth=1)
    axes.set_ylim(
        0, max(top * 1.15, min(float(forecast.high95.max()) * 1.05, 2.5 * max(top, float(forecast.median.max()))))
    )


def _marks(axes: Axes, curve: Curve, labels: Labels) -> None:
    """Alerts as triangles on top, statements as upright lines with a square."""
    first = float(curve.starts[0])
    height = axes.get_ylim()[1]
    for name, times, colour, marker in (
        (labels.alert, curve.alerts, _RED, "v"),
        (labels.statement, curve.statements, _GREEN, "s"),
    ):
        shown = [t for t in times if t >= first]
        for t in shown:
            axes.axvline(t, color=colour, linewidth=1.6, linestyle=":" if marker == "s" else "-", alpha=0.9)
        if shown:
            tops = [height * (0.965 if marker == "v" else 0.885)] * len(shown)
            axes.plot(shown, tops, linestyle="none", marker=marker, markersize=11, color=colour, label=name)


def _upright_axis(axes: Axes, labels: Labels, shape: Shape) -> None:
    """Whole numbers, for nobody mentions anything half a time, with room for the longest of them."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: labels.figure(value))
    left, bottom, width, height = shape.axes
    room = (_BESIDE + _FIGURE * len(labels.figure(axes.get_ylim()[1]))) / shape.inches[0]
    axes.set_position((max(left, room), bottom, width - max(0.0, room - left), height))


def _time_axis(axes: Axes, curve: Curve, labels: Labels, most: int) -> None:
    """Ticks at whole local hours, few enough to read; midnights carry the day."""
    first = float(curve.starts[0])
    last = float(curve.starts[-1]) + curve.seconds + (DAY if curve.forecast is not None else 0)
    axes.set_xlim(first, last)
    step = next(h for h in (1, 3, 6, 12, 24, 48, 168, 24 * 28, 10**6) if (last - first) / HOUR / h <= most) * HOUR
    tick = -(-(first + VIETNAM_OFFSET) // step) * step - VIETNAM_OFFSET
    ticks, names = [], []
    while tick <= last - 0.03 * (last - first):  # a label further right would be cut
        local = datetime.fromtimestamp(tick, UTC) + timedelta(seconds=VIETNAM_OFFSET)
        ticks.append(tick)
        names.append(local.strftime(labels.day if local.hour == 0 else labels.hour))
        tick += step
    axes.set_xticks(ticks, names)
