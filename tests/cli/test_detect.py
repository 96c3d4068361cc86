"""`keng detect`: what goes in, what comes out, and when."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

KEYS = ["timestamp", "value", "score", "spike", "expected", "low", "high"]


def detect(text: str | bytes, *options: str) -> tuple[list[dict[str, object]], str]:
    data = text.encode() if isinstance(text, str) else text
    done = subprocess.run(
        [sys.executable, "-m", "bot", "detect", *options], input=data, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def rows(days: int = 3, minutes: int = 5, spike_at: int | None = None, stamp: str = "%Y-%m-%d %H:%M:%S") -> list[str]:
    counts = np.random.default_rng(3).poisson(5, days * 1440 // minutes)
    if spike_at is not None:
        counts[spike_at : spike_at + 4] = 90
    start = datetime(2026, 3, 2, tzinfo=UTC)
    return [f"{start + timedelta(minutes=minutes * n):{stamp}},{count}" for n, count in enumerate(counts)]


def test_a_line_a_row_with_the_promised_keys_and_one_spike() -> None:
    found, errors = detect("timestamp,value\n" + "\n".join(rows(spike_at=700)))
    assert len(found) == 864
    assert all(list(line) == KEYS for line in found)
    assert [n for n, line in enumerate(found) if line["spike"]] == [700]
    assert all(0 <= line["score"] <= 1 and line["low"] <= line["expected"] <= line["high"] for line in found)
    assert errors == ""


def test_the_header_is_optional_and_the_timestamp_comes_back_as_it_was() -> None:
    lines = rows(1)
    found, _ = detect("\n".join(lines))
    assert [f"{line['timestamp']},{line['value']}" for line in found] == lines


def test_a_time_without_a_zone_is_utc() -> None:
    plain, _ = detect("\n".join(rows(3, spike_at=700)))
    zoned, _ = detect("\n".join(rows(3, spike_at=700, stamp="%Y-%m-%dT%H:%M:%S+00:00")))
    unix, _ = detect(_as_seconds(rows(3, spike_at=700)))
    for other in (zoned, unix):
        assert [line["score"] for line in plain] == [line["score"] for line in other]


def _as_seconds(lines: list[str]) -> str:
    out = []
    for line in lines:
        stamp, value = line.split(",")
        out.append(f"{int(datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp())},{value}")
    return "\n".join(out)


def test_a_line_is_out_before_the_next_row_is_given() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "detect"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdin is not None
    assert process.stdout is not None
    given = rows(1)[:40]
    answers = []
    for row in given:
        process.stdin.write(row + "\n")
        process.stdin.flush()
        answers.append(json.loads(process.stdout.readline()))
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()
    assert answers == detect("\n".join(given))[0]


def test_later_rows_change_no_earlier_line() -> None:
    lines = rows(2, spike_at=400)
    assert detect("\n".join(lines))[0][:300] == detect("\n".join(lines[:300]))[0]


@pytest.mark.parametrize("minutes", [5, 15, 60, 1440])
def test_the_bin_length_is_found(minutes: int) -> None:
    days = max(4, 30 * minutes // 60)
    spike_at = days * 1440 // minutes - 6
    found, _ = detect("\n".join(rows(days, minutes, spike_at)))
    assert any(line["spike"] for line in found[spike_at : spike_at + 4])


def test_odd_rows_are_answered_named_and_change_nothing() -> None:
    lines = rows(3, spike_at=700)
    odd = [
        "",
        "2026-03-02 00:07:00,-4",
        "2026-03-04 00:00:00,ten",
        "not a time,4",
        lines[100],
        "2026-01-01 00:00:00,3",
        "x",
    ]
    mixed = lines[:600] + odd + lines[600:]
    found, errors = detect("\n".join(mixed))
    assert len(found) == 864 + len(odd) - 1, "an empty line is none"
    assert [line for line in found if line["spike"]] == [line for line in detect("\n".join(lines))[0] if line["spike"]]
    assert "negative" in errors
    assert "no_time" in errors
    assert "not_a_number" in errors


def test_a_missing_value_is_a_gap_and_valid_json() -> None:
    lines = rows(1)
    lines[200] = lines[200].split(",")[0] + ",NaN"
    lines[201] = lines[201].split(",")[0] + ","
    found, errors = detect("\n".join(lines))
    assert found[200]["value"] is None
    assert found[201]["value"] is None
    assert errors == ""


@pytest.mark.parametrize("junk", [b"", b"\n\n", b"\xff\xfe\x00", b"a,b\n", b'"unclosed,1\n' * 3, b"," * 1000 + b"\n"])
def test_junk_does_not_end_it_badly(junk: bytes) -> None:
    detect(junk)


def test_sensitivity_is_checked() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "detect", "--sensitivity", "x"], capture_output=True, input=b"")
    assert done.returncode == 2
