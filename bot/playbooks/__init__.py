"""Playbooks as files: reading and linting them, with the line of every fault. Values are in ``bot.model.playbook``."""

from bot.playbooks.faults import Fault, FileFaults, PlaybookFaults
from bot.playbooks.lint import lint_playbooks
from bot.playbooks.loader import Playbooks, default_playbooks_folder, load_playbooks

__all__ = [
    "Fault",
    "FileFaults",
    "PlaybookFaults",
    "Playbooks",
    "default_playbooks_folder",
    "lint_playbooks",
    "load_playbooks",
]
