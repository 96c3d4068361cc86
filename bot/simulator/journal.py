"""State on disk: one JSON line a mutation, replayed at start, so that a killed process comes back as it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from pydantic import ConfigDict, TypeAdapter

from bot.simulator import model, records

_RECORDS: tuple[type, ...] = (
    model.Person,
    model.Chat,
    model.Message,
    records.Revision,
    records.StoredFile,
    records.Callback,
    records.Update,
    records.Webhook,
    records.CommandSet,
    records.Profile,
    records.Subscription,
    records.ClockSetting,
)
# File contents are bytes; JSON has none, so they travel as base64.
_AS_BASE64 = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
for _record in _RECORDS:
    _record.__pydantic_config__ = _AS_BASE64  # type: ignore[attr-defined]  # pydantic's, on any dataclass
_ADAPTERS: dict[str, TypeAdapter[object]] = {record.__name__: TypeAdapter(record) for record in _RECORDS}


class Journal(Protocol):
    """Where `State` writes what changes, and what it reads at start."""

    def replay(self) -> Iterator[object]:
        """All records in the order in which they were written."""

    def append(self, record: object) -> None:
        """Keep one record; it survives a SIGKILL of this process once the call returns."""

    def close(self) -> None:
        """Write no more."""


class NoJournal:
    """Forgets everything: for tests that do not restart."""

    def replay(self) -> Iterator[object]:
        """Nothing."""
        return iter(())

    def append(self, record: object) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing to close."""


class FileJournal:
    """A file of JSON lines `{"record": "Message", "value": {…}}`.

    Each line is written by one unbuffered write, which the kernel keeps even if the process is killed; a power cut is
    not guarded against (no fsync). A torn last line is cut off at the next start.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file; its folder must exist or is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file: IO[bytes] | None = None

    def replay(self) -> Iterator[object]:
        """Yield the records kept so far; raises ValueError, naming file and line, if one cannot be read."""
        if not self._path.exists():
            return
        whole = 0
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    break
                try:
                    entry = json.loads(line)
                    record = _ADAPTERS[entry["record"]].validate_json(json.dumps(entry["value"]))
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{self._path}:{number}: not a record of the simulator: {error}") from error
                yield record
                whole += len(line)
        os.truncate(self._path, whole)

    def append(self, record: object) -> None:
        """Write one line."""
        if self._file is None:
            self._file = self._path.open("ab", buffering=0)
        name = type(record).__name__
        self._file.write(b'{"record":"%s","value":%s}\n' % (name.encode(), _ADAPTERS[name].dump_json(record)))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
