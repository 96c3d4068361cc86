"""The languages that Keng speaks to people."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("vi", "en")
"""Of every word for people there is one in each; Vietnamese, the first, stands in where nothing else was asked for."""
