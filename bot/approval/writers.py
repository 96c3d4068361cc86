"""Who wrote the words of a version: at level 4 none of them approves it (DESIGN §5), and none of them checks it.

The last editor alone would be too little: a spokesperson writes, a colleague changes a comma or lets a machine say it
more plainly, and the spokesperson approves their own words. So whoever wrote words that still stand is an editor,
sentence by sentence (ADR 0016):

- a sentence is of whoever brought it into the matter first, however often it was taken out and put in again since,
  and in whatever incident the matter was kept before (it was split, or another was merged into it);
- one that was joined to another, parted, or added to is of its first writer still, as far as their words stand in it;
- what a machine rephrased is of whoever asked for it, and of everybody whose words it rephrases;
- the words of a playbook are nobody's; what a draft says for the first time while it holds confirmed facts that are not
  in public yet is also of whoever confirmed these, whoever had it drafted: which of its words say them nobody can tell;
- what is in public was approved by four eyes, and may be quoted by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from bot.drafting.lint.normal import normal
from bot.drafting.lint.sentences import sentences
from bot.model.fact import FactState
from bot.model.statement import PUBLIC, Author, StatementVersion

_WORDS = re.compile(r"\w+")

Words = str
"""The words of one sentence, each between two spaces, so that some of them are found within it."""

_A_PART = 5
"""Syllables from which on words that stand within another sentence are somebody's, and no turn of phrase."""

People = frozenset[str]

Facts = frozenset[tuple[str, str]]
"""Slots, each with the value that somebody confirmed."""


def writers(
    versions: Sequence[StatementVersion],
    current: StatementVersion,
    elsewhere: Iterable[Sequence[StatementVersion]] = (),
    slots: Mapping[str, frozenset[str]] | None = None,
) -> People:
    """Everybody who wrote words that stand in ``current``, and whoever wrote each of its texts last.

    ``versions`` are all of the matter, oldest first; ``elsewhere`` those of each incident that it came from or
    that came from it: alerts are moved, and words are typed again there. ``slots`` are those of each playbook: a draft
    says no other facts. Of a playbook that is not named any fact may be said.
    """
    slots = slots or {}
    brought = [_brought_in(others, slots) for others in elsewhere]
    upto = [v for v in versions if v.version <= current.version]
    brought.append(_brought_in(upto, slots, brought))
    before = [v for v in reversed(upto) if v.version < current.version]
    last = {_last_writer(key, text, before, current.created_by) for key, text in current.texts.items()}
    return _of_its_words(current, brought) | last


def _brought_in(
    versions: Sequence[StatementVersion],
    slots: Mapping[str, frozenset[str]],
    elsewhere: Sequence[Mapping[Words, People]] = (),
) -> Mapping[Words, People]:
    """For each sentence of one incident's versions, who brought it in there."""
    first: dict[Words, People] = {}
    wrote: dict[int, People] = {}
    previous: StatementVersion | None = None
    drafted, in_print = Facts(), Facts()
    for version in versions:
        confirmed = _confirmed(version, slots)
        own = _own(version, previous, confirmed - in_print) | wrote.get(version.rephrases or 0, frozenset())
        if version.author is Author.TEMPLATE:
            drafted |= confirmed
        in_public = version.state in PUBLIC and version is not versions[-1]
        if in_public:
            in_print |= {fact for fact in confirmed & drafted if _says(version, fact[1])}
        for sentence in _sentences(version):
            if in_public:
                first[sentence] = frozenset()
            else:
                first.setdefault(sentence, own)
        wrote[version.version] = _of_its_words(version, [*elsewhere, first])
        previous = version
    return first


def _own(version: StatementVersion, previous: StatementVersion | None, new: Facts) -> People:
    """Whose the new words of a version are: of who made it, and in a draft of whoever confirmed what it may say.

    A draft that somebody asked for holds facts of others: words that a person typed held them back until then, or they
    were noted after publication, or came with a merger. One of another playbook or kind says the same facts in new
    words, and its own words are nobody's.
    """
    if version.author is not Author.TEMPLATE:
        return frozenset({version.created_by})
    said = (version.playbook, version.kind, version.refers_to)
    is_of_the_same = previous is not None and said == (previous.playbook, previous.kind, previous.refers_to)
    vouched = frozenset(version.facts[slot].by for slot, _ in new)
    return vouched | {version.created_by} if is_of_the_same else vouched


def _confirmed(version: StatementVersion, slots: Mapping[str, frozenset[str]]) -> Facts:
    """The confirmed facts that a draft of its playbook may say."""
    own = slots.get(version.playbook, version.facts.keys())
    held = version.facts.items()
    return frozenset((slot, f.value) for slot, f in held if slot in own and f.state is FactState.CONFIRMED)


def _says(version: StatementVersion, value: str) -> bool:
    """True when these very words stand in one of its sentences; an hour or a yes is said in others: then never."""
    words = _words(value)
    return bool(words) and any(words in sentence for sentence in _sentences(version))


def _of_its_words(version: StatementVersion, brought: Sequence[Mapping[Words, People]]) -> People:
    return frozenset().union(*(_who_brought(said, first) for said in _sentences(version) for first in brought))


def _who_brought(said: Words, first: Mapping[Words, People]) -> People:
    """Who brought these words in, and who had before them what stands in them, or in which they stand."""
    exactly = first.get(said)
    if exactly is not None and not exactly:  # in public, or the playbook's
        return exactly
    before = takewhile(lambda known: known != said, first)
    near = [first[known] for known in before if _stands_in(known, said) or _stands_in(said, known)]
    return (exactly or frozenset()).union(*near)


def _stands_in(part: Words, whole: Words) -> bool:
    return part in whole and part.count(" ") > _A_PART


def _sentences(version: StatementVersion) -> Iterable[Words]:
    """Its sentences as words alone, as they are read: no comma, capital letter or look-alike makes another sentence."""
    found = (_words(sentence.text) for text in version.texts.values() for sentence in sentences(text))
    return (words for words in found if words)


@lru_cache(maxsize=4096)
def _words(sentence: str) -> Words:
    """Its words; remembered, for most sentences stand in one version after the other."""
    words = " ".join(_WORDS.findall(normal(sentence).text.casefold()))
    return words and f" {words} "


def _last_writer(key: str, text: str, before: Sequence[StatementVersion], last: str) -> str:
    """Who made the oldest of the versions in a row that carry this very text, the newest of them by ``last``."""
    for version in before:
        if version.texts.get(key) != text:
            break
        last = version.created_by
    return last
