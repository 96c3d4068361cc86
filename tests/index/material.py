"""What several tests of the index need: the playbooks that are in the repository, and the development set."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from index import PlaybookProfile

REPOSITORY = Path(__file__).parents[2]
MODEL_CACHE = Path(os.environ.get("KENG_TEST_MODEL_CACHE") or REPOSITORY / "var" / "cache" / "tests")


@dataclass(frozen=True)
class Labelled:
    playbook: str | None
    style: str
    text: str


def profiles() -> list[PlaybookProfile]:
    found = []
    for path in sorted((REPOSITORY / "playbooks").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or "examples" not in content:
            continue
        found.append(
            PlaybookProfile(
                id=content["id"],
                name_vi=content["name"]["vi"],
                name_en=content["name"]["en"],
                scope_vi=content["scope"]["vi"],
                scope_en=content["scope"]["en"],
                examples=tuple(content["examples"]),
            )
        )
    return found


def development_set() -> list[Labelled]:
    lines = (Path(__file__).parent / "development_set.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Labelled(None if playbook == "-" else playbook, style, text) for playbook, style, text in rows]
