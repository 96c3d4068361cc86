"""Words in both languages, as playbooks carry them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in Vietnamese and English."""

    vi: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in ``lang``; Vietnamese for anything but English."""
        return self.en if lang == "en" else self.vi
