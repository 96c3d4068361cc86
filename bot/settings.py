"""Settings: ``keng.yaml``, overridden by environment variables, secrets also from files; every default works.

A fault names the file and line (or the environment variable) and what to do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator

from bot.settings_email import Email, email_faults
from bot.settings_feeds import Feed
from bot.settings_outlets import Outlets, outlet_faults
from bot.settings_retention import Retention
from bot.settings_section import Section as _Section
from bot.settings_section import is_loopback
from bot.settings_wording import Wording

ENV_PREFIX = "KENG_"
CONFIG_VARIABLE = "KENG_CONFIG"
DEFAULT_CONFIG = "keng.yaml"


class SettingsFault(Exception):
    """Settings that cannot be used. The message has one line a fault."""


class Http(_Section):
    """Where Keng listens and under which address the world knows it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str | None = None
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Networks whose word (``X-Forwarded-For``) on where a request comes from is believed."""

    @field_validator("public_url")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http://)")
        return value.rstrip("/") if value else None

    @property
    def loopback(self) -> bool:
        """True when nobody outside this machine can connect."""
        return is_loopback(self.host)

    @property
    def base_url(self) -> str:
        """The address to print and to put into links."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"


class Telegram(_Section):
    """The bot. Without a token and without the simulator, Keng serves its other channels."""

    token: SecretStr | None = None
    mode: Literal["polling", "webhook", "simulator"] = "polling"
    api_base: str = "https://api.telegram.org"
    webhook_secret: SecretStr | None = None
    proxy: str | None = None
    duty_chat: int | None = None
    public_channel: int | str | None = None
    card_seconds: float = Field(default=3.0, ge=1, le=60)
    digest_from: int = Field(default=6, ge=2)

    @field_validator("webhook_secret")
    @classmethod
    def _allowed(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else ""
        if value is not None and not (
            1 <= len(text) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
        ):
            raise ValueError("must be 1 to 256 of A-Z a-z 0-9 _ - (Telegram's rule)")
        return value


class IndexSettings(_Section):
    """The encoder of meaning: ``offline``, or a sentence-transformers name or folder; ``cache`` keeps what is built.

    ``engine`` is what runs it: ``torch`` any model, ``onnx`` and ``onnx-int8`` the offline one and folders of its kind;
    ``auto`` is ``onnx-int8`` for the offline model and ``torch`` for any other.
    """

    model: str = "offline"
    engine: Literal["auto", "torch", "onnx", "onnx-int8"] = "auto"
    cache: Path | None = None

    @property
    def chosen_engine(self) -> Literal["torch", "onnx", "onnx-int8"]:
        """The engine, with ``auto`` decided."""
        if self.engine == "auto":
            return "onnx-int8" if self.model == "offline" else "torch"
        return self.engine


class Settings(_Section):
    """All settings of one process."""

    data_dir: Path = Path("./var")
    database_url: str = "sqlite:///{data_dir}/keng.db"
    http: Http = Field(default_factory=Http)
    telegram: Telegram = Telegram()
    email: Email = Email()
    feeds: dict[str, Feed] = Field(default_factory=lambda: {"default": Feed()})
    outlets: Outlets = Outlets()
    retention: Retention = Retention()
    wording: Wording = Wording()
    playbooks: Path | None = None
    organisation: str = "sample"
    index: IndexSettings = IndexSettings()
    executor_id: str = "keng-1"

    @property
    def resolved_database_url(self) -> str:
        """The database URL with the data folder put in."""
        return self.database_url.replace("{data_dir}", str(self.data_dir))

    @property
    def model_cache(self) -> Path:
        """Where the converted model and the index lie; they can be made again at any time."""
        return self.index.cache or self.data_dir / "models"

    @property
    def simulator(self) -> bool:
        """True when the built-in simulator plays Telegram."""
        return self.telegram.mode == "simulator"


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Read the file (``path``, else ``$KENG_CONFIG``, else ``./keng.yaml`` if there), the environment, ``overrides``.

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
    for name, value in environ.items():
        if not name.startswith(ENV_PREFIX) or name == CONFIG_VARIABLE or ("__" not in name and name not in _TOP_LEVEL):
            continue
        keys = tuple(part.lower() for part in name.removeprefix(ENV_PREFIX).split("__"))
        _put(values, keys, _from_text(value))
        places[keys] = name
    for key, value in overrides.items():
        _put(values, tuple(key.split("__")), value)
        places[tuple(key.split("__"))] = f"--{key.replace('__', '-')}"
    _read_secret_files(values, places)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsFault("\n".join(_fault_line(fault, places, file) for fault in error.errors())) from None
    _check_together(settings)
    return settings


_TOP_LEVEL = {
    f"{ENV_PREFIX}{name.upper()}"
    for name in ("data_dir", "database_url", "database_url_file", "playbooks", "organisation", "executor_id")
}


def _check_together(settings: Settings) -> None:
    faults = []
    http, telegram = settings.http, settings.telegram
    if settings.simulator and (not http.loopback or http.public_url):
        faults.append(
            "telegram.mode: the simulator lets anyone press as anyone; it runs only with http.host on loopback "
            "and without http.public_url"
        )
    if settings.simulator and telegram.token is not None:
        faults.append(
            "telegram.mode: the simulator needs no token; remove telegram.token or set telegram.mode: polling"
        )
    if telegram.mode == "webhook" and telegram.token is not None:
        if http.public_url is None:
            faults.append("telegram.mode: webhook needs http.public_url, the address at which Telegram reaches Keng")
        if telegram.webhook_secret is None:
            faults.append("telegram.webhook_secret: webhook mode needs a secret; any 32 letters and digits will do")
    faults += email_faults(settings.email, http.public_url)
    faults += outlet_faults(settings.outlets, settings.email)
    if "chat" in settings.feeds:
        faults.append("feeds.chat: this name is for what people report in the chat; choose another one")
    for name, feed in settings.feeds.items():
        if not feed.has_credentials and not feed.pulled and (not http.loopback or http.public_url):
            faults.append(
                f"feeds.{name}: anybody could send alerts; run `keng feeds secret {name}` and put the secret under "
                f"feeds.{name}.secrets"
            )
    if faults:
        raise SettingsFault("\n".join(faults))


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
            values[name] = content.split() if name == "secrets" else content
            places[(*path, name)] = place


def _fault_line(fault: Mapping[str, Any], places: Mapping[tuple[str, ...], str], file: Path) -> str:
    location = tuple(str(part) for part in fault["loc"])
    place = next((places[location[:n]] for n in range(len(location), 0, -1) if location[:n] in places), str(file))
    message = "unknown setting" if fault["type"] == "extra_forbidden" else fault["msg"].removeprefix("Value error, ")
    return f"{place}: {'.'.join(location)}: {message}"
