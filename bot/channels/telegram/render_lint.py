"""What the linter found, in words: a few lines on the card, everything when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.channels.telegram.render import KEEP, Piece, Rendered, bold, join, mention, shorten, words
from bot.channels.telegram.render_dialog import sentence
from bot.locale import text
from bot.locale.phrases import basis_in
from bot.model.card import CardView
from bot.model.lint import Hit
from bot.model.outcome import Outcome

SHOWN_ON_CARD = 3
"""Hits that the card names; it stays readable, and the rest is one command away."""

_SENTENCE = 300


def card_lines(view: CardView, lang: str) -> Iterator[Piece]:
    """The gravest hits in the words that wait for an approval, and who keeps what is warned of."""
    linted = view.linted
    waiting = [*linted.blocks, *linted.unexplained]
    for hit in waiting[:SHOWN_ON_CARD]:
        key = "block" if hit.blocks else "warn"
        yield bold(f"{_mark(hit)} " + text(lang, f"card.lint.{key}", what=_short(hit, lang)))
    more = len(waiting) - SHOWN_ON_CARD
    if more > 0:
        yield bold(text(lang, "card.lint.more", count=str(more), code=view.incident.code))
    elif waiting:
        yield words(text(lang, "card.lint.all", code=view.incident.code), rank=7)
    for by, why in dict.fromkeys((reason.by, reason.reason) for reason in linted.reasons):
        rules = ", ".join(r.rule for r in linted.reasons if (r.by, r.reason) == (by, why))
        name = view.names.get(by, by)
        yield words("✔ " + text(lang, "card.lint.explained", by=name, rules=rules, why=shorten(why, 200)), rank=6)


def found(lang: str, outcome: Outcome, user_id: int) -> Rendered:
    """Every hit with its sentence, its rule, its article and a better wording."""
    return join([bold(sentence(lang, outcome, user_id)), *_whole(lang, outcome.hits)], lang=lang)


def ask_reason(lang: str, outcome: Outcome, person: tuple[int, str]) -> Rendered:
    """Ask by a reply why the words stay; ``person`` (id and name) is who is asked."""
    lines = [
        mention(person[1], person[0]),
        bold(text(lang, "ask.lint_reason", **outcome.values)),
        *_whole(lang, outcome.hits),
    ]
    return join(lines, placeholder=text(lang, "ask.lint_reason.placeholder"), lang=lang)


def _whole(lang: str, hits: Sequence[Hit]) -> Iterator[Piece]:
    """What is too much for one message goes from the end, the gravest stay."""
    for number, hit in enumerate(hits, start=1):
        rank = KEEP if number == 1 else 3
        basis = f" ({basis_in(lang, hit.basis)})" if hit.basis else ""
        where = "" if hit.key == "vi/full" else f"[{hit.key}] "
        yield bold(f"{_mark(hit)} {number}. {where}{_short(hit, lang)}{basis} · {hit.rule}", rank=rank)
        if hit.sentence:
            yield words(text(lang, "lint.sentence", sentence=shorten(hit.sentence, _SENTENCE)), rank=rank)
        yield words(text(lang, "lint.instead", instead=hit.instead.in_(lang)), rank=rank)


def _mark(hit: Hit) -> str:
    return "⛔" if hit.blocks else "⚠"


def _short(hit: Hit, lang: str) -> str:
    message = hit.message.in_(lang)
    return f"“{shorten(hit.words, 60)}”: {message}" if hit.words else message
