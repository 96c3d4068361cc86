"""Settings: ``keng.yaml``, overridden by environment variables, secrets also from files; every default works.

A fault names the file and line (or the environment variable) and what to do.
"""

from bot.settings.reading import SettingsFault, load_settings, secret_files, settings_file
from bot.settings.sections import OWN_PLAYBOOKS, IndexSettings, Settings
from bot.settings.serving import check_for_serving, check_ways_out

__all__ = [
    "OWN_PLAYBOOKS",
    "IndexSettings",
    "Settings",
    "SettingsFault",
    "check_for_serving",
    "check_ways_out",
    "load_settings",
    "secret_files",
    "settings_file",
]
