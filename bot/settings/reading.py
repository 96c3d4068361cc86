"""Reading ``keng.yaml``, the environment and secret files into settings, each fault with its place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

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
    environ = os.environ if environ is None else environ
    named = path or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    file = named or Path(DEFAULT_CONFIG)
    values: dict[str, Any] = {}
    lines: dict[tuple[str, ...], int] = {}
    if named is not None and not file.is_file():
        raise SettingsFault(f"{file}: no such file; give --config or {CONFIG_VARIABLE} the right path")
    if file.is_file():
        values, lines = _read_yaml(file)
    places: dict[tuple[str, ...], str] = {key: f"{file}:{line}" for key, line in lines.items()}
    written: dict[tuple[str, ...], str] = {}
    values.setdefault("feeds", {"default": {}})  # a variable adds a feed to it; a file says which feeds there are
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name == CONFIG_VARIABLE or ("__" not in name and name not in _TOP_LEVEL):
            continue
        keys = tuple(part.lower() for part in name.removeprefix(ENV_PREFIX).split("__"))
        _put(values, keys, _from_text(value))
        places[keys], written[keys] = name, value
    for key, value in overrides.items():
        _put(values, tuple(key.split("__")), value)
        places[tuple(key.split("__"))] = f"--{key.replace('__', '-')}"
    _read_secret_files(values, places)
    try:
        settings = _validated(values, written)
    except ValidationError as error:
        raise SettingsFault("\n".join(_fault_line(fault, places, file) for fault in error.errors())) from None
    if "chat" in settings.feeds:
        raise SettingsFault("feeds.chat: this name is for what people report in the chat; choose another one")
    return settings


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
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsFault(f"{file}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark else str(file)
        raise SettingsFault(f"{place}: not valid YAML: {getattr(error, 'problem', error)}") from error
    lines: dict[tuple[str, ...], int] = {}
    if node is not None:
        _note_lines(node, (), lines)
    if values is None:
        return {}, lines
    if not isinstance(values, dict):
        raise SettingsFault(f"{file}:1: expected names and values such as `data_dir: ./var`")
    return values, lines


def _note_lines(node: yaml.Node, path: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            lines[here] = key.start_mark.line + 1
            _note_lines(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            here = (*path, str(position))
            lines[here] = item.start_mark.line + 1
            _note_lines(item, here, lines)


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
        here = (*path, key)
        if isinstance(value, dict):
            _read_secret_files(value, places, here)
        elif key.endswith("_file") and isinstance(value, str):
            place = places.get(here, ".".join(here))
            try:
                content = Path(value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "not UTF-8 text"
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
