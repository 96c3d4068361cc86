"""Words in public as they are looked for. A version's texts are noted when it is published, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, tuple_

from bot.model.public_text import Phrase, accented_words, loose_sha256, passage_digests, plain_words, words_of
from bot.model.statement import PUBLIC, StatementVersion, text_sha256
from bot.store.database import Tx
from bot.store.schema import incidents, statements
from bot.store.schema_newsroom import published_passages, published_texts, published_words

SEARCHED = ("vi/full", "en/full")
"""The texts that searches look through."""

RARE = 400
"""Texts that have a rare word, at most."""

MOST_PASSAGES = 2_000
"""Passages that one question may ask for."""


@dataclass(frozen=True, slots=True)
class PublishedText:
    """One text in public: of which version, and which of its texts (``vi/full``)."""

    incident_id: str
    version: int
    variant: str
    sha256: str


async def note(tx: Tx, version: StatementVersion) -> None:
    """Make the texts of a version findable; it is being published in this transaction."""
    for variant, text in version.texts.items():
        values = {
            "incident_id": version.incident_id,
            "version": version.version,
            "variant": variant,
            "sha256": text_sha256(text),
            "loose_sha256": loose_sha256(text),
            "words": f" {accented_words(text)} ",
            "plain_words": f" {plain_words(text)} ",
        }
        made = await tx.execute(insert(published_texts).values(**values).returning(published_texts.c.id))
        text_id = made.scalar_one()
        digests = [{"digest": digest, "text_id": text_id} for digest in passage_digests(text)]
        await tx.execute(insert(published_passages), digests)
        words = words_of(plain_words(text)) if variant in SEARCHED else ()
        if words:
            await tx.execute(insert(published_words), [{"word": word, "text_id": text_id} for word in sorted(words)])


async def by_hash(tx: Tx, sha256: str, limit: int = 5) -> list[PublishedText]:
    """Texts with this hash, else those of a version with this hash, newest publication first."""
    found = await tx.execute(_in_public().where(published_texts.c.sha256 == sha256).limit(limit))
    texts = [_text(row) for row in found]
    if not texts:
        found = await tx.execute(_in_public().where(statements.c.sha256 == sha256).limit(limit))
        texts = [_text(row) for row in found]
    return texts


async def by_loose_hash(tx: Tx, loose_sha256: str, limit: int = 5) -> list[PublishedText]:
    """Texts that differ in nothing but spaces and line ends, newest publication first."""
    query = _in_public().where(published_texts.c.loose_sha256 == loose_sha256)
    return [_text(row) for row in await tx.execute(query.limit(limit))]


async def alike(tx: Tx, digests: Collection[int], limit: int = 5) -> list[PublishedText]:
    """Texts that share passages, those that share most of theirs first."""
    wanted = sorted(digests)[:MOST_PASSAGES]
    shared = (
        select(published_passages.c.text_id, func.count().label("shared"))
        .where(published_passages.c.digest.in_(wanted))
        .group_by(published_passages.c.text_id)
        .order_by(func.count().desc(), published_passages.c.text_id.desc())
        .limit(4 * limit)
        .subquery()
    )
    query = _in_public().join(shared, shared.c.text_id == published_texts.c.id)
    query = query.order_by(None).order_by(shared.c.shared.desc(), published_texts.c.id.desc())
    return [_text(row) for row in await tx.execute(query.limit(limit))]


async def holds(tx: Tx, phrases: Sequence[Phrase]) -> ColumnElement[bool]:
    """The condition that a statement of the query around it has a full text with all of ``phrases``.

    Where one of the words is rare, the few texts with it are looked through. Where all are common, the statements are,
    from the newest on, until there are enough: so neither takes the whole store.
    """
    texts = published_texts.c
    # A search by place in the text instead of LIKE: on SQLite LIKE takes several times as long.
    position = func.strpos if tx.dialect.name == "postgresql" else func.instr
    said = [position(texts.words if p.accented else texts.plain_words, f" {p.words} ") > 0 for p in phrases]
    rare = await _with_a_rare_word(tx, sorted({word for p in phrases for word in words_of(p.plain)}))
    if rare is None:
        of_this = (texts.incident_id == statements.c.incident_id) & (texts.version == statements.c.version)
        return select(texts.id).where(of_this, texts.variant.in_(SEARCHED), *said).exists()
    found = await tx.execute(select(texts.incident_id, texts.version).where(texts.id.in_(rare), *said))
    return tuple_(statements.c.incident_id, statements.c.version).in_([(r.incident_id, r.version) for r in found])


async def _with_a_rare_word(tx: Tx, words: Sequence[str]) -> list[int] | None:
    """The texts with the rarest of the words; None where even that is common."""
    few: list[int] | None = None
    for word in words:
        query = select(published_words.c.text_id).where(published_words.c.word == word).limit(RARE + 1)
        found = list((await tx.execute(query)).scalars())
        if len(found) <= RARE and (few is None or len(found) < len(few)):
            few = found
    return few


def _in_public() -> Select[Any]:
    """What the public has seen; a drill is kept out here once more, whatever was written."""
    texts = published_texts.c
    return (
        select(texts.incident_id, texts.version, texts.variant, texts.sha256)
        .join(statements, (statements.c.incident_id == texts.incident_id) & (statements.c.version == texts.version))
        .join(incidents, incidents.c.id == texts.incident_id)
        .where(statements.c.state.in_([s.value for s in PUBLIC]), incidents.c.drill.is_(False))
        .order_by(statements.c.published_at.desc(), texts.id.desc())
    )


def _text(row: Any) -> PublishedText:
    return PublishedText(row.incident_id, row.version, row.variant, row.sha256)
