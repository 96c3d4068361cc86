"""What the setting `index.model` means: the offline model, a folder, or the name of a model kept elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.encoding import offline_model
from index.errors import ModelMissing, ModelUnusable
from index.values import Progress

OFFLINE: Final = "offline"
_E5_PREFIX: Final = "query: "  # e5 was trained with it on both sides of a symmetric task (its model card)


@dataclass(frozen=True)
class ModelSource:
    """Where a model comes from.

    Attributes:
        setting: the value of `index.model`, as written.
        folder: a sentence-transformers folder; None where the setting is a name in the local Hugging Face cache.
        identity: the model down to its bytes, before an engine runs it; None where there is no folder to tell.
    """

    setting: str
    folder: Path | None
    identity: str | None

    @property
    def is_offline(self) -> bool:
        """True for the model that comes with the packages."""
        return self.setting == OFFLINE

    def prefix(self, prompts: Mapping[str, Any]) -> str:
        """What the model wants before a text: its own `query` prompt, or e5's, or nothing."""
        return str(prompts.get("query") or (_E5_PREFIX if "e5" in Path(self.setting).name.lower() else ""))


def find_model(setting: str, cache_dir: Path, progress: Progress) -> ModelSource:
    """Find the model, converting the offline one first where that has not been done.

    Raises:
        ModelMissing: there is no such wheel or folder.
        ModelCorrupt: the wheel's model file is not the expected one.
        ModelUnusable: a file, or a folder without a model.
    """
    if setting == OFFLINE:
        identity = f"{OFFLINE}:{offline_model.FILE_SHA256[:16]}:{offline_model.FORMAT}"
        return ModelSource(setting, offline_model.prepare(cache_dir, progress), identity)
    folder = _folder_of(setting)
    return ModelSource(setting, folder, _identity(folder) if folder else None)


def _folder_of(setting: str) -> Path | None:
    """The folder that a setting means, or None where it is the name of a model."""
    path = Path(setting).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file() and not (path / "modules.json").is_file():
            raise ModelUnusable(f"{path}: no config.json or modules.json in it; give a sentence-transformers folder")
        return path
    if path.is_file():
        raise ModelUnusable(f"{path}: a file; index.model takes a sentence-transformers folder, or `offline`")
    if path.is_absolute() or setting.startswith((".", "~")) or setting.count("/") != 1:
        raise ModelMissing(f"{setting}: no such model folder; correct index.model, or set it to `offline`")
    return None


def _identity(folder: Path) -> str:
    # Sizes and times instead of contents: hashing gigabytes at every start would cost more than it tells.
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listing = [(str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return f"{folder.resolve()}:{hashlib.sha256(json.dumps(listing).encode()).hexdigest()[:16]}"
