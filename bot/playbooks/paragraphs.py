"""Taking a first statement apart: the sentence that says what it is about, what is being done, what is asked."""

from __future__ import annotations

import re

from bot.model.playbook import Paragraphs
from bot.model.statement_templates import StatementPhrases

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZĐÂÊÔƠƯÁÀẢÃẠÉÍÓÚÝ])")


def paragraphs(holding: str, phrases: StatementPhrases, lang: str) -> Paragraphs:
    """The paragraphs of one holding template, known by how they begin."""
    parts = [" ".join(part.split()) for part in holding.strip().split("\n\n")]

    def beginning(words: str) -> str:
        return next((part for part in parts if part.startswith(words)), "")

    about = next((part for part in parts if "{{ agency }}" in part), "")
    return Paragraphs(
        matter=_SENTENCE_END.split(about)[0],
        doing=beginning(phrases.doing_begins.in_(lang)),
        advice=beginning(phrases.advice_begins.in_(lang)),
    )
