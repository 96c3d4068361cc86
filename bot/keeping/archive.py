"""The file of a backup: a tar whose first member says what the others are, with their hashes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.model.audit import AuditHead
from bot.store.key_file import KEY_FILES

FORMAT: Final = "keng-backup/1"
MANIFEST: Final = "manifest.json"
SQLITE, WORKFLOWS, POSTGRES, HEAD = "keng.db", "workflows.db", "postgres.dump", "audit-head.json"
MEMBERS: Final = frozenset({SQLITE, WORKFLOWS, POSTGRES, HEAD, *KEY_FILES})


class NoBackup(Exception):
    """The file is no backup, or not whole; the message says where."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``files``: SHA-256 by name. ``audit_head``: the last entry of the record at that moment."""

    database: str
    made_at: datetime
    version: str
    audit_head: AuditHead | None
    files: dict[str, str]


def write(target: Path, folder: Path, manifest: Manifest) -> None:
    """Pack the files of ``folder`` into ``target``, readable by its owner alone, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                content = json.dumps({"format": FORMAT, **asdict(manifest)}, default=_plain, indent=1).encode()
                about = tarfile.TarInfo(MANIFEST)
                about.size, about.mode = len(content), 0o600
                tar.addfile(about, io.BytesIO(content))
                for name in sorted(manifest.files):
                    tar.add(folder / name, arcname=name, filter=_anonymous)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into ``folder`` and compare each file with its hash.

    Raises:
        NoBackup: it is none, of a newer kind, or was damaged.
        OSError: it cannot be read.
    """
    try:
        with tarfile.open(source, mode="r:") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST:
                raise NoBackup(f"{source}: not a backup of Keng")
            manifest = _read(source, tar.extractfile(first))
            for member in tar:
                if member.name == MANIFEST:
                    continue
                if member.name not in manifest.files or not member.isreg():
                    raise NoBackup(f"{source}: {member.name!r} does not belong to a backup")
                _extract(tar, member, folder)
    except tarfile.TarError as error:
        raise NoBackup(f"{source}: not a backup of Keng, or not whole: {error}") from error
    for name, expected in manifest.files.items():
        if not (folder / name).exists() or sha256(folder / name) != expected:
            raise NoBackup(f"{source}: {name} was damaged, or is missing")
    return manifest


def sha256(file: Path) -> str:
    """The hash of a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    content = tar.extractfile(member)
    if content is None:
        return
    handle = os.open(folder / member.name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        while part := content.read(1 << 20):
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    (folder / member.name).chmod(member.mode & 0o770)


def _read(source: Path, content: Any) -> Manifest:
    try:
        told = json.load(content)
        if told.pop("format") != FORMAT:
            raise NoBackup(f"{source}: made by a newer Keng; restore it with that one")
        head = told.pop("audit_head")
        made_at = datetime.fromisoformat(told.pop("made_at"))
        manifest = Manifest(made_at=made_at, audit_head=AuditHead(**head) if head else None, **told)
    except (KeyError, TypeError, ValueError) as error:
        raise NoBackup(f"{source}: its list of contents cannot be read: {error}") from error
    if not set(manifest.files) <= MEMBERS:
        raise NoBackup(f"{source}: holds what does not belong to a backup")
    return manifest


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _plain(value: Any) -> str:
    assert isinstance(value, datetime)  # noqa: S101 - nothing else is in a manifest
    return value.isoformat()
