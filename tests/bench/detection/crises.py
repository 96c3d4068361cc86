"""Ten sudden crises as they showed in samples of Twitter: the minutes of the mentions before and just after each began.

From CrisisLexT26 (github.com/sajao/CrisisLex, data/CrisisLexT26/*-tweetids_entire_period.csv), time stamps only,
copied by hand from the beginning of each file to about half an hour after the event; of Russia, Spain, Guatemala and
Costa Rica the files hold later days first, and their earliest days were taken. The other sudden events of the set
(Italy, Savar, Venezuela, West Texas) were not read. They were opened once a setting had been chosen, and that setting
found ten of ten; it changed afterwards for reasons of the development simulations and of tests, never of these. The
moment of each event is general knowledge, not part of the set.

The MIT License, Copyright (c) 2014 Alexandra Olteanu, Carlos Castillo. Permission is hereby granted, free of
charge, to any person obtaining a copy of this software and associated documentation files, to deal in it without
restriction, subject to this notice being included. It is provided "as is", without warranty of any kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from bot.detection.calendar import UTC_ONLY
from bot.detection.detector import Detector

IDLE_DAYS: Final = 3
BIN: Final = 300


@dataclass(frozen=True)
class Crisis:
    """A crisis: when it happened, and the minutes of its mentions, a line a day (`MM-DD HH:MM HH:MM …`)."""

    name: str
    happened: str
    mentions: str

    def minutes(self) -> list[float]:
        """The mentions' times in seconds since 1970."""
        year = self.happened[:4]
        found = []
        for line in self.mentions.strip().splitlines():
            day, *times = line.split()
            found += [_seconds(f"{year}-{day} {time}") for time in times]
        return sorted(found)


@dataclass(frozen=True)
class Outcome:
    """What the detector did.

    Attributes:
        name: the crisis.
        after_fifth: minutes from the fifth mention in an hour to the end of the bin that alerted.
        after_event: minutes from the event itself.
        before_event: alerts before it.
    """

    name: str
    after_fifth: float | None
    after_event: float | None
    before_event: int


def judge(crisis: Crisis) -> Outcome:
    """Run a detector over three idle days, the quiet before and the beginning of a crisis."""
    minutes = crisis.minutes()
    happened = _seconds(crisis.happened)
    first = minutes[0] // 86400 * 86400 - IDLE_DAYS * 86400
    counts = np.bincount(((np.array(minutes) - first) // BIN).astype(int))
    detector = Detector(1, BIN, UTC_ONLY)
    alerts = []
    for row, count in enumerate(counts[:-1]):  # the last bin may be cut short
        if detector.tick(first + row * BIN, np.array([count], dtype=np.float32)).spike[0]:
            alerts.append(first + (row + 1) * BIN)
    after = [alert for alert in alerts if alert > happened]
    fifth = next(b for a, b in zip(minutes, minutes[4:], strict=False) if b > happened and b - a <= 3600)
    found = after[0] if after else None
    return Outcome(
        crisis.name,
        None if found is None else (found - fifth) / 60,
        None if found is None else (found - happened) / 60,
        len(alerts) - len(after),
    )


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp()


CRISES: Final = (
    Crisis(
        "Costa Rica earthquake",
        "2012-09-05 14:42",
        """
        09-04 06:03 07:15 07:30 07:31 07:40 09:38 09:43 09:51 10:28 10:46 11:08 11:20 11:39 11:45 11:54 13:19 13:36
        09-04 14:04
        09-04 14:49 15:31 16:21 16:37 16:41 17:03 17:12 17:30 18:09 20:07 20:17 20:28 21:20 21:24 21:27 22:29 22:43
        09-04 23:01
        09-04 23:35
        09-05 00:44 00:47 01:05 01:07 01:16 01:23 01:24 01:31 02:24 04:00 04:07 04:28 05:02 05:39 08:27 08:38 10:22
        09-05 10:52
        09-05 12:27 13:14 13:23 13:25 13:47 14:00 14:25 14:45 14:45 14:45 14:46 14:46 14:46 14:47 14:47 14:47 14:47
        09-05 14:48
        09-05 14:48 14:49 14:50
        """,
    ),
    Crisis(
        "Guatemala earthquake",
        "2012-11-07 16:35",
        """
        11-06 11:59 12:58 14:12 15:56 16:28 18:52 20:20 20:26 20:56
        11-07 02:34 02:51 05:26 05:33 05:39 05:40 07:42 10:49 11:29 11:29 14:45 14:54 16:37 16:37 16:37 16:38 16:38
        11-07 16:38
        11-07 16:39 16:39 16:39 16:40 16:40 16:40 16:40 16:41 16:41 16:41 16:42 16:42 16:42 16:42 16:42 16:43 16:43
        11-07 16:43
        11-07 16:43 16:43 16:44 16:44 16:44 16:44 16:44 16:44 16:44 16:44 16:44 16:44 16:45
        """,
    ),
    Crisis(
        "Brazil nightclub fire",
        "2013-01-27 05:00",
        """
        01-27 02:39 06:19 07:11 07:46 07:47 07:51 08:10 08:20 08:25 08:53 09:00 09:03 09:13 09:15 09:15 10:12 10:13
        01-27 10:15
        01-27 10:18 10:39 10:41 10:42 10:43 10:45 10:47 10:48 10:51 10:55 10:57 10:58 10:59 10:59 11:00 11:02 11:04
        01-27 11:05
        01-27 11:09 11:12 11:14 11:15 11:15 11:21 11:24 11:25 11:25 11:26 11:28 11:29 11:30
        """,
    ),
    Crisis(
        "Russia meteor",
        "2013-02-15 03:20",
        """
        02-14 07:35 15:10
        02-15 04:02 04:03 04:03 04:08 04:10 04:16 04:17 04:18 04:25 04:28 04:34 04:34 04:35 04:35 04:37 04:39 04:39
        02-15 04:40
        02-15 04:45 04:47 04:47 04:52 04:53 04:56 04:58 04:59 05:01 05:01 05:03 05:03 05:04 05:08 05:13
        """,
    ),
    Crisis(
        "Lac-Mégantic train crash",
        "2013-07-06 05:15",
        """
        07-06 07:17 07:37 07:38 07:44 08:08 08:32 08:36 09:55 10:28 11:06 11:15 11:21 11:26 12:05 12:13 12:15 12:16
        07-06 12:18
        07-06 12:19 12:22 12:28 12:33 12:34 12:35 12:40 12:46 12:53 12:55 12:56 12:57 12:59 12:59 13:00 13:05 13:05
        07-06 13:06
        """,
    ),
    Crisis(
        "Spain train crash",
        "2013-07-24 18:41",
        """
        07-24 08:13 19:24 19:25 19:27 19:27 19:31 19:32 19:32 19:33 19:33 19:33 19:33 19:34 19:34 19:35 19:36 19:36
        07-24 19:37
        07-24 19:37 19:37 19:38 19:38 19:39 19:40 19:40 19:40 19:40 19:41 19:41 19:41 19:41 19:41 19:42 19:42 19:44
        07-24 19:45
        """,
    ),
    Crisis(
        "Bohol earthquake",
        "2013-10-15 00:12",
        """
        10-14 07:30 14:16 23:33
        10-15 00:18 00:22 00:24 00:26 00:27 00:27 00:28 00:28 00:28 00:30 00:30 00:31 00:33 00:33 00:33 00:33 00:34
        10-15 00:34
        10-15 00:36 00:36 00:36 00:37 00:38 00:40 00:40 00:40 00:40 00:41 00:41 00:41 00:42 00:43 00:45 00:47 00:47
        10-15 00:51
        """,
    ),
    Crisis(
        "Los Angeles airport shooting",
        "2013-11-01 16:18",
        """
        11-01 07:38 09:22 12:25 13:10 13:14 15:50 16:27 16:27 16:27 16:29 16:31 16:33 16:33 16:36 16:37 16:37 16:38
        11-01 16:39
        11-01 16:39 16:39 16:41 16:43 16:43 16:44 16:45 16:45 16:45 16:46 16:46 16:46 16:47 16:47 16:47 16:47 16:47
        11-01 16:48
        """,
    ),
    Crisis(
        "Glasgow helicopter crash",
        "2013-11-29 22:22",
        """
        11-29 18:49 22:42 22:42 22:44 22:48 22:48 22:48 22:49 22:49 22:50 22:51 22:51 22:52 22:52 22:53 22:54 22:54
        11-29 22:54
        11-29 22:56 22:56 22:56 22:56 22:57 22:57 22:57 22:57 22:57 22:58 22:58 22:58 22:58 22:58 22:59 22:59 22:59
        11-29 23:00
        """,
    ),
    Crisis(
        "New York train crash",
        "2013-12-01 12:20",
        """
        12-01 12:51 13:14 13:16 13:17 13:18 13:18 13:27 13:27 13:28 13:28 13:30 13:30 13:34 13:35 13:37 13:38 13:38
        12-01 13:40
        12-01 13:40 13:44 13:46 13:47 13:50 13:50 13:50 13:51 13:51 13:58 13:59 13:59 14:01 14:03 14:04 14:04 14:04
        12-01 14:05
        """,
    ),
)
