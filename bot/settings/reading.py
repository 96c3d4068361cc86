"""Reading ``keng.yaml``, the environment and secret files into settings, each fault with its place."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.settings.section import Section
from bot.settings.sections import Settings

ENV_PREFIX = "KENG_"
CONFIG_VARIABLE = "KENG_CONFIG"
DEFAULT_CONFIG = "keng.yaml"


class SettingsFault(Exception):
    """Settings that cannot be used. The message has one line a fault."""


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the file (``path``, else ``$KENG_CONFIG``, else ``./keng.yaml`` if there), the environment, ``overrides``.

    Each setting is in order then; whether they do together what serving needs is :func:`check_for_serving`'s question.

    Raises:
        SettingsFault: something is wrong; each line names where and what to do.
    """
    values, places, file, written = _gather(path, environ, overrides)
    _read_secret_files(values, places)
    try:
        settings = _validated(values, written)
    except ValidationError as error:
        raise SettingsFault("\n".join(_fault_line(fault, places, file) for fault in error.errors())) from None
    if "chat" in settings.feeds:
        raise SettingsFault("feeds.chat: this name is for what people report in the chat; choose another one")
    return settings


def secret_files(path: Path | None = None, environ: Mapping[str, str] | None = None) -> list[tuple[str, Path]]:
    """Each file that holds a secret, with the place that names it; read before them, so that they need not be there."""
    values, places, _, _ = _gather(path, environ, {})

    def below(inner: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
        for key, value in inner.items():
            here = (*at, str(key))
            if isinstance(value, dict):
                yield from below(value, here)
            elif here[-1].endswith("_file") and here[-1] not in _NO_SECRETS and isinstance(value, str):
                yield places.get(here, ".".join(here)), Path(value)

    return list(below(values, ()))


_NO_SECRETS = frozenset({"ca_file", "recipients_file"})
"""What is read from a file because it is long, not because nobody may know it."""


def _gather(
    path: Path | None, environ: Mapping[str, str] | None, overrides: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[tuple[str, ...], str], Path, dict[tuple[str, ...], str]]:
    """The values as they were written, the place of each, the file that would be named, and variables as they stand."""
    environ = os.environ if environ is None else environ
    found = settings_file(path, environ)
    values: dict[str, Any] = {}
    lines: dict[tuple[str, ...], int] = {}
    if found is not None:
        values, lines = _read_yaml(found)
    file = found or Path(DEFAULT_CONFIG)
    places: dict[tuple[str, ...], str] = {key: f"{file}:{line}" for key, line in lines.items()}
    written: dict[tuple[str, ...], str] = {}
    values.setdefault("feeds", {"default": {}})  # a variable adds a feed to it; a file says which feeds there are
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name == CONFIG_VARIABLE:
            continue
        if "__" not in name and name not in _TOP_LEVEL:
            _refuse_one_underscore(name)
            continue
        keys = tuple(part.lower() for part in name.removeprefix(ENV_PREFIX).split("__"))
        _put(values, keys, _from_text(value))
        places[keys], written[keys] = name, value
    for key, value in overrides.items():
        _put(values, tuple(key.split("__")), value)
        places[tuple(key.split("__"))] = f"--{key.replace('__', '-')}"
    return values, places, file, written


def settings_file(path: Path | None, environ: Mapping[str, str] | None = None) -> Path | None:
    """The file that is read: the one that is named, else ``keng.yaml`` in this folder; None where there is none.

    Raises:
        SettingsFault: the file that is named is not there.
    """
    environ = os.environ if environ is None else environ
    named = path or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    file = named or Path(DEFAULT_CONFIG)
    if file.is_file():
        return file
    if named is not None:
        raise SettingsFault(f"{file}: no such file; give --config or {CONFIG_VARIABLE} the right path")
    return None


_SECTIONS = {
    name: field.get_default(call_default_factory=True)
    for name, field in Settings.model_fields.items()
    if isinstance(field.get_default(call_default_factory=True), Section | dict)
}
"""What holds further settings, by name, each with nothing set."""


def _refuse_one_underscore(name: str) -> None:
    """Name a variable such as ``KENG_TELEGRAM_TOKEN``: it would set nothing, and nobody would know why."""
    rest = name.removeprefix(ENV_PREFIX).lower()
    for section, holds in _SECTIONS.items():
        inner = rest.removeprefix(f"{section}_")
        fields = {} if isinstance(holds, dict) else type(holds).model_fields
        known = {*fields, *(field.alias for field in fields.values())}
        if inner != rest and (isinstance(holds, dict) or inner in known or inner.removesuffix("_file") in known):
            meant = f"{ENV_PREFIX}{section.upper()}__{inner.upper()}"
            raise SettingsFault(f"{name}: sets nothing; what is in a section has two underscores: {meant}")


_TOP_LEVEL = {
    f"{ENV_PREFIX}{name.upper()}"
    for name in ("data_dir", "database_url", "database_url_file", "playbooks", "organisation", "executor_id")
}


def _read_yaml(file: Path) -> tuple[dict[str, Any], dict[tuple[str, ...], int]]:
    """The file's values, and the line of each key by its path."""
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise SettingsFault(f"{file}:{line}: not UTF-8 text; save the file as UTF-8") from error
    except OSError as error:
        raise SettingsFault(f"{file}: cannot be read: {_why(error)}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark else str(file)
        problem = str(getattr(error, "problem", error))
        tab = "; a tab stands there: indent with spaces" if "'\\t'" in problem else ""
        raise SettingsFault(f"{place}: not valid YAML: {problem}{tab}") from error
    except ValueError as error:  # a date such as 2026-02-30
        raise SettingsFault(f"{file}: not valid YAML: {error}; put quotes around what is no date") from error
    lines: dict[tuple[str, ...], int] = {}
    if node is not None:
        twice: list[str] = []
        _note_lines(node, (), lines, twice)
        if twice:  # of two sections with one name YAML takes the second, and the first would be lost without a word
            raise SettingsFault("\n".join(f"{file}:{fault}" for fault in twice))
    if values is None:
        return {}, lines
    if not isinstance(values, dict):
        raise SettingsFault(f"{file}:1: expected names and values such as `data_dir: ./var`")
    # A section of which every line was made a comment has nothing set in it.
    return {name: value for name, value in values.items() if value is not None or name not in _SECTIONS}, lines


def _why(error: OSError) -> str:
    """What the system said, and for whom, where it is a question of rights."""
    said = error.strerror or type(error).__name__
    if not isinstance(error, PermissionError):
        return said
    number = os.geteuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    return f"{said}: the user {name} must be able to read it (chown, chmod), or run this as the user of the service"


def _note_lines(node: yaml.Node, path: tuple[str, ...], lines: dict[tuple[str, ...], int], twice: list[str]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            line = key.start_mark.line + 1
            if here in lines and key.value != "<<":
                twice.append(f"{line}: {'.'.join(here)}: given twice, first on line {lines[here]}; put them together")
            lines.setdefault(here, line)
            _note_lines(value, here, lines, twice)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            here = (*path, str(position))
            lines[here] = item.start_mark.line + 1
            _note_lines(item, here, lines, twice)


def _put(values: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    for key in keys[:-1]:
        inner = values.setdefault(key, {})
        if not isinstance(inner, dict):
            inner = values[key] = {}
        values = inner
    values[keys[-1]] = value


def _validated(values: dict[str, Any], written: Mapping[tuple[str, ...], str]) -> Settings:
    """The settings; ``written`` are the variables of the environment as they stand there.

    What YAML takes for a number, a date or a yes (a password, the name of a replica) is that text where text is wanted.

    Raises:
        ValidationError: something is wrong all the same.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wanted = {tuple(map(str, fault["loc"])) for fault in error.errors() if fault["type"] == "string_type"}
        as_text = wanted & written.keys()
        if not as_text:
            raise
        for keys in as_text:
            _put(values, keys, written[keys])
        return Settings.model_validate(values)


def _from_text(text: str) -> Any:
    """An environment variable as YAML reads it; text that is no YAML stays text."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _read_secret_files(values: dict[str, Any], places: dict[tuple[str, ...], str], path: tuple[str, ...] = ()) -> None:
    """Replace each ``x_file: PATH`` by ``x`` with the file's content (several secrets: one a line)."""
    for key in list(values):
        value = values[key]
        here = (*path, str(key))  # a number is a key, too: a mapping's `values: {1: 2}`
        if isinstance(value, dict):
            _read_secret_files(value, places, here)
        elif here[-1].endswith("_file") and isinstance(value, str):
            place = places.get(here, ".".join(here))
            try:
                content = Path(value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = _why(error) if isinstance(error, OSError) else "not UTF-8 text"
                raise SettingsFault(f"{place}: {'.'.join(here)}: cannot read {value}: {reason}") from error
            if not content:
                raise SettingsFault(f"{place}: {'.'.join(here)}: {value} is empty; put the secret into it")
            name = key.removesuffix("_file")
            del values[key]
            values[name] = content
            places[(*path, name)] = place


def _fault_line(fault: Mapping[str, Any], places: Mapping[tuple[str, ...], str], file: Path) -> str:
    location = tuple(str(part) for part in fault["loc"])
    place = next((places[location[:n]] for n in range(len(location), 0, -1) if location[:n] in places), str(file))
    message = "unknown setting" if fault["type"] == "extra_forbidden" else fault["msg"].removeprefix("Value error, ")
    return f"{place}: {'.'.join(location)}: {message}"
