"""What comes from files, read again when they change: playbooks, examples, law, people, and the index over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.approval.gate_file import load_gates
from bot.approval.law import load_law
from bot.approval.organisation import OrganisationFile
from bot.approval.policy import PolicyFile
from bot.drafting.lint import LintRules, load_lint_rules
from bot.model.gate import GateMatrix, RefusalGround
from bot.model.playbook import UNCLASSIFIED
from bot.model.routing import NamedByPlaybook
from bot.playbooks import Playbooks, default_playbooks_folder, load_playbooks
from bot.playbooks.examples import EXAMPLES, LabelledText, load_labelled_texts
from bot.settings import OWN_PLAYBOOKS, Settings
from index import Encoder, Match, PlaybookIndex, PlaybookProfile, Query, Reading, load_encoder

Progress = Callable[[int, int, str], None]
"""Told how many of how many steps of something slow are done."""


def no_progress(_done: int, _total: int, _what: str) -> None:
    """For those who do not watch."""


@dataclass(frozen=True)
class Data:
    """What comes from files: playbooks with the examples beside them, law, people, the office's own word on time."""

    playbooks: Playbooks
    examples: tuple[LabelledText, ...]
    organisation: OrganisationFile
    law: Any
    policy: PolicyFile
    gates: GateMatrix
    grounds: tuple[RefusalGround, ...]
    lint: LintRules

    @staticmethod
    def load(settings: Settings) -> Data:
        """Read it all.

        Raises:
            bot.playbooks.PlaybookFaults and the like: each names file and line.
        """
        folder = data_folder(settings)
        playbooks = load_playbooks(folder)
        law = load_law(folder / "law")
        gates, grounds = load_gates(folder / "law", organisation_folder(settings))
        return Data(
            playbooks=playbooks,
            examples=load_labelled_texts(folder / EXAMPLES),
            organisation=OrganisationFile(organisation_folder(settings), named_by(playbooks)),
            law=law,
            policy=PolicyFile(organisation_folder(settings), law),
            gates=gates,
            grounds=grounds,
            lint=load_lint_rules(folder),
        )

    def with_playbooks_read_again(self, settings: Settings) -> Data:
        """The same with the playbooks as their files are now; the people are read by their own file as it changes.

        Raises:
            bot.playbooks.PlaybookFaults: names file and line.
        """
        folder = data_folder(settings)
        return replace(self, playbooks=load_playbooks(folder), examples=load_labelled_texts(folder / EXAMPLES))


@dataclass(frozen=True)
class InForce:
    """The data and the index made of them: one value, so that both change in one step."""

    data: Data
    index: PlaybookIndex

    def match(self, query: Query) -> Match:
        """The playbook for an alert."""
        return self.index.match(query)

    def read(self, query: Query) -> Reading:
        """Everything there is to say of an alert."""
        return self.index.read(query)


def load_model(settings: Settings, progress: Progress = no_progress) -> Encoder:
    """The encoder of the settings; the offline one is converted into the cache first, which takes half a minute."""
    chosen = settings.index
    return load_encoder(chosen.model, settings.model_cache, progress, engine=chosen.chosen_engine)


def build_index(settings: Settings, data: Data, encoder: Encoder, progress: Progress = no_progress) -> PlaybookIndex:
    """The index over the playbooks: from the cache as far as it goes, else built, which takes a minute or two."""
    unrelated = [text.text for text in data.examples if text.playbook is None]
    known = profiles(data.playbooks, data.examples)
    return PlaybookIndex.build(known, encoder, settings.model_cache, progress, unrelated=unrelated)


def profiles(playbooks: Playbooks, examples: Sequence[LabelledText]) -> list[PlaybookProfile]:
    """The playbooks as the index reads them: their own examples, and those in the folder beside them."""
    beside: dict[str, list[str]] = {}
    for example in examples:
        beside.setdefault(example.playbook or "", []).append(example.text)
    return [
        PlaybookProfile(
            id=p.id,
            name_vi=p.name.vi,
            name_en=p.name.en,
            scope_vi=p.scope.vi,
            scope_en=p.scope.en,
            examples=p.examples,
            more_examples=tuple(beside.get(p.id, ())),
        )
        for p in playbooks.values()
    ]


def named_by(playbooks: Playbooks) -> NamedByPlaybook:
    """The units that lead and help by each playbook: where routing says nothing, they do."""
    return MappingProxyType({p.id: (p.lead, p.support) for p in playbooks.values()})


def data_folder(settings: Settings) -> Path:
    """The folder of the playbooks in use: that of the settings, else ``./playbooks``, else those of the package.

    Other programs keep playbooks too: what nobody named is taken for ours only with the mandatory one in it.
    """
    if settings.playbooks not in (None, OWN_PLAYBOOKS):
        return settings.playbooks
    here = OWN_PLAYBOOKS.absolute()
    named = settings.playbooks is not None and "playbooks" in settings.model_fields_set
    own = here.is_dir() if named else (here / f"{UNCLASSIFIED}.yaml").is_file()
    return here if own else default_playbooks_folder()


def organisation_folder(settings: Settings) -> Path:
    """The folder of the organisation in use: a path, or a name below ``playbooks/organisation``."""
    named = data_folder(settings) / "organisation" / settings.organisation
    return named if named.is_dir() else Path(settings.organisation)
