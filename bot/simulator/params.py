"""The parameters of a call, however they were sent: JSON, form, multipart or query string."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.simulator.errors import bad_request


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Params:
    """Named values: strings from forms, any JSON value from JSON bodies; and uploads by field name."""

    values: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether a value was sent that is neither null nor empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """The value as text; empty if absent. Objects come as their JSON text, as from a form."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """The value as a whole number; `default` if absent or no number, as Telegram reads it."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Whether the value is `true`, `yes` or `1` in any case (Client.cpp, `to_bool`)."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, complaint: str) -> object:
        """The value decoded from JSON, None if absent; raises ApiError 400 with `complaint` if it is no JSON."""
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, str):
            return value
        try:
            decoded: object = json.loads(value)
        except ValueError:
            raise bad_request(complaint) from None
        return decoded

    def upload(self, reference: str) -> Upload | None:
        """The file meant by a field name or an `attach://name` reference."""
        return self.files.get(reference.removeprefix("attach://"))

    def recorded(self) -> dict[str, object]:
        """What the call record keeps: all values, and file names instead of contents."""
        return {**self.values, **{name: f"<file {file.name}>" for name, file in self.files.items()}}
