"""Which exceptions are faults of what we were given, to be told in words, and not of the program."""

from __future__ import annotations

import errno
import os
import socket


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
        ("bot.store.migrate", "NewerStore"),
        ("bot.store.key_file", "KeyFault"),
        ("bot.store.instance_lock", "AnotherInstance"),
        ("bot.store.copies", "CannotCopy"),
        ("bot.keeping.archive", "NoBackup"),
        ("bot.keeping.restore", "NotRestored"),
        ("bot.keeping.moving", "NotMoved"),
        ("bot.store.moving", "CannotMove"),
    ):
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, type):
            known.append(found)
    return tuple(known)


_OF_THE_MACHINE = {
    errno.EACCES: "this user may not; change the rights, or name another place",
    errno.EPERM: "this user may not; change the rights, or name another place",
    errno.EROFS: "the disk can only be read; mount it for writing, or name another place (data_dir)",
    errno.ENOSPC: "the disk is full; make room, or name another place (data_dir)",
    errno.EDQUOT: "the quota of this user is used up; make room, or name another place (data_dir)",
    errno.ENOTDIR: "a part of this path is a file; name another place",
}

_OF_AN_ADDRESS = {
    errno.EADDRINUSE: "something listens there already; stop it, or choose another http.port",
    errno.EADDRNOTAVAIL: "this machine has no such address; see http.host",
    errno.EACCES: "ports below 1024 are root's; choose another http.port (8080) and put the proxy before it",
    socket.EAI_NONAME: "this machine does not know the name in http.host; write one of its addresses (127.0.0.1)",
    socket.EAI_AGAIN: "nobody answers what address the name in http.host has; write the address (127.0.0.1)",
}


def fault_of_the_machine(error: OSError) -> str | None:
    """What the machine refused, where and what to do; None for what may as well be a fault of the program."""
    of_an_address = error.filename is None  # then the message names it already
    advice = (_OF_AN_ADDRESS if of_an_address else _OF_THE_MACHINE).get(error.errno or 0)
    if advice is None:
        advice = _OF_THE_MACHINE.get(error.errno or 0)
    if advice is None:
        return None
    if of_an_address:
        return f"{error.strerror}: {advice}"
    return f"{os.fsdecode(error.filename)}: {os.strerror(error.errno or 0)}: {advice}"
