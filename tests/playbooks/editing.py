"""Breaking a file in one place."""

from __future__ import annotations

from pathlib import Path


def change(path: Path, old: str, new: str, count: int = 1) -> int:
    """Replace text in a file; returns the line (from 1) on which the first replacement stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
