"""Which exceptions are faults of what we were given, to be told in words, and not of the program."""

from __future__ import annotations


def KNOWN_FAULTS() -> tuple[type[BaseException], ...]:
    """The exceptions whose text names file, line and what to do."""
    import sys

    known: list[type[BaseException]] = []
    for module, name in (
        ("bot.settings", "SettingsFault"),
        ("bot.playbooks", "PlaybookFaults"),
        ("bot.playbooks", "FileFaults"),
        ("bot.playbooks.admission", "NotAdmitted"),
        ("bot.playbooks.append", "CannotAppend"),
        ("index", "IndexFault"),
        ("bot.store.database", "StoreUnavailable"),
        ("bot.store.instance_lock", "AnotherInstance"),
        ("bot.store.copies", "CannotCopy"),
        ("bot.keeping.archive", "NoBackup"),
        ("bot.keeping.restore", "NotRestored"),
    ):
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type):
            known.append(found)
    return tuple(known)
