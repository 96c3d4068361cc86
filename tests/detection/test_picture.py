"""The picture: small, quick, legible, and nothing in it that was not asked for."""

from __future__ import annotations

import asyncio
import io
import re
import time
import warnings
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bot.detection.forecast import Forecast, NoForecast
from bot.detection.picture import TALL, WIDE, Curve, Shape, draw, drawn
from bot.locale.curve import chart_labels
from tests.detection.topics import MIDNIGHT, usual


def curve(topic: str = "Nước máy có mùi dầu", ahead: bool = True, bins: int = 576) -> Curve:
    counts = usual(3)[:bins].astype(float)
    counts[-40:] += 60 * 0.9 ** np.arange(40)
    counts[100:120] = np.nan
    starts = MIDNIGHT + np.arange(bins) * 300.0
    line = np.linspace(400, 40, 24)
    forecast = Forecast(starts[-1] + 300, line / 3, line / 2, line, line * 2, line * 3, at_alert=True)
    return Curve(
        topic,
        300.0,
        starts,
        counts,
        np.full(bins, 1.0),
        np.full(bins, 9.0),
        alerts=(starts[-38],),
        statements=(starts[-20],),
        forecast=forecast if ahead else None,
    )


def words(svg: bytes) -> str:
    return " ".join("".join(node.itertext()) for node in ET.fromstring(svg).iter() if node.tag.endswith("text"))


def test_a_png_of_less_than_100_kb_that_fits_a_phone() -> None:
    data = draw(curve(), chart_labels("vi"))
    assert len(data) < 100_000
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    assert image.size == (900, 600)


def test_it_is_dark_and_its_letters_are_light() -> None:
    pixels = np.asarray(Image.open(io.BytesIO(draw(curve(), chart_labels("vi")))).convert("L"))
    assert np.median(pixels) < 40
    assert (pixels > 220).sum() > 2000


def test_it_is_drawn_in_less_than_300_ms_of_the_processor() -> None:
    draw(curve(), chart_labels("vi"))  # the first loads the letters
    begun = time.thread_time()
    draw(curve(), chart_labels("vi"))
    assert time.thread_time() - begun < 0.3


def test_every_mark_has_its_vietnamese_name_and_every_letter_is_in_the_font() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that it lacks
        draw(curve("ẠẢÃẦẤẬẨẪĂẰẮẶẲẴÊỀẾỆỂỄÔỒỐỘỔỖƠỜỚỢỞỠƯỪỨỰỬỮĐỲÝỴỶỸ"), chart_labels("vi"))
    said = words(draw(curve(), chart_labels("vi"), "svg"))
    for name in ("Nước máy có mùi dầu", "thực tế", "mức thường ngày", "cảnh báo", "công bố thông tin", "dự báo 24 giờ"):
        assert name in said
    assert "statement published" in words(draw(curve(), chart_labels("en"), "svg"))


@pytest.mark.parametrize(
    ("lang", "none"), [("vi", None), ("vi", NoForecast.BINS_TOO_LONG), ("en", NoForecast.MADE_TOO_LATE)]
)
def test_on_a_phones_page_nothing_is_cut_off(lang: str, none: NoForecast | None) -> None:
    drawn_tall = draw(
        curve("Nước máy có mùi dầu ở phường Sông Thượng và xã bên", none is None), chart_labels(lang, none), "png", TALL
    )
    image = Image.open(io.BytesIO(drawn_tall)).convert("L")
    assert image.size == (516, 648)
    pixels = np.asarray(image)
    for edge in (pixels[:, :4], pixels[:, -4:], pixels[:4, :], pixels[-4:, :]):
        assert (edge < 60).all(), "letters end before the edge"


@pytest.mark.parametrize(("lang", "thousands"), [("vi", "1.600"), ("en", "1,600")])
def test_the_figures_beside_the_axis_are_whole_and_written_as_the_language_does(lang: str, thousands: str) -> None:
    def beside(times: float) -> set[str]:
        shown = curve(ahead=False)
        many = replace(shown, counts=shown.counts * times, low=shown.low * times, high=shown.high * times)
        return set(words(draw(many, chart_labels(lang), "svg")).split())

    assert thousands in beside(5)
    assert {"0", "1"} <= beside(0)
    assert not {word for word in beside(0) if re.fullmatch(r"0[.,]\d+", word)}


@pytest.mark.parametrize("shape", [WIDE, TALL])
@pytest.mark.parametrize("times", [1, 200, 5_000])
def test_large_figures_have_room_beside_the_axis(shape: Shape, times: float) -> None:
    shown = curve(ahead=False)
    many = replace(shown, counts=shown.counts * times)
    pixels = np.asarray(Image.open(io.BytesIO(draw(many, chart_labels("vi"), "png", shape))).convert("L"))
    assert (pixels[:, :5] < 60).all(), "no figure begins beyond the edge"
    assert (pixels[:, -4:] < 60).all()


def test_without_a_forecast_it_says_why() -> None:
    said = words(draw(curve(ahead=False), chart_labels("vi", NoForecast.NOT_ENOUGH_HISTORY), "svg"))
    assert "chưa đủ dữ liệu để dự báo" in said
    assert "dự báo 24 giờ" not in said


@pytest.mark.parametrize("topic", ["$x^{2", "<script>alert(1)</script>", "a" * 10_000, "", "\n\n", "‮ngược"])
def test_no_topic_name_breaks_it(topic: str) -> None:
    assert draw(curve(topic), chart_labels("vi"))
    ET.fromstring(draw(curve(topic), chart_labels("vi"), "svg"))


def test_the_same_curve_gives_the_same_picture() -> None:
    for form in ("png", "svg"):
        assert draw(curve(), chart_labels("vi"), form) == draw(curve(), chart_labels("vi"), form)


@pytest.mark.parametrize("bins", [1, 2, 13])
def test_a_topic_with_hardly_any_bins_can_be_drawn(bins: int) -> None:
    short = curve()
    part = Curve("x", 300.0, *(values[-bins:] for values in (short.starts, short.counts, short.low, short.high)))
    assert draw(part, chart_labels("vi"))


async def test_the_event_loop_goes_on_while_it_is_drawn() -> None:
    drawing = asyncio.create_task(drawn(curve(), chart_labels("vi")))
    beats = 0
    while not drawing.done():
        await asyncio.sleep(0)
        beats += 1
    assert (await drawing).startswith(b"\x89PNG")
    assert beats > 10
