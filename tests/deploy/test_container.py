"""The compose file, the settings beside it and the Dockerfile fit each other; no engine is needed to see that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import SettingsFault, check_for_serving, load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def service() -> dict[str, Any]:
    keng: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["keng"]
    return keng


def image_environment() -> dict[str, str]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    (line,) = re.findall(r"^ENV (PATH=.*)$", text, re.MULTILINE)
    return dict(word.split("=", 1) for word in line.split())


def container_environment(secrets: Path) -> dict[str, str]:
    """What Keng sees in the container; the secret files lie in ``secrets`` instead of /run/secrets."""
    given: dict[str, str] = {**image_environment(), **service()["environment"]}
    return {name: value.replace("/run/secrets", str(secrets)) for name, value in given.items()}


def test_the_example_settings_work_once_the_two_secret_files_exist(tmp_path: Path) -> None:
    for name in service()["secrets"]:
        (tmp_path / name).write_text({"telegram_token": "1:a\n", "feed_secret": "whsec_YQ==\n"}[name])
    settings = load_settings(DEPLOY / "keng.example.yaml", container_environment(tmp_path))
    check_for_serving(settings)
    assert settings.telegram.token is not None
    assert settings.feeds["default"].has_credentials
    assert (settings.http.host, settings.http.port) == ("0.0.0.0", 8080)


@pytest.mark.parametrize("missing", ["telegram_token", "feed_secret"])
def test_a_missing_secret_file_is_named(tmp_path: Path, missing: str) -> None:
    for name in {"telegram_token", "feed_secret"} - {missing}:
        (tmp_path / name).write_text("whsec_YQ==\n")
    with pytest.raises(SettingsFault, match=f"_FILE: .*{missing}: No such file"):
        load_settings(DEPLOY / "keng.example.yaml", container_environment(tmp_path))


@pytest.mark.parametrize(("content", "told"), [(b"", "is empty"), (b"\xff", "not UTF-8 text")])
def test_a_secret_file_with_nothing_usable_in_it_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "feed_secret").write_text("whsec_YQ==\n")
    (tmp_path / "telegram_token").write_bytes(content)
    with pytest.raises(SettingsFault, match=f"KENG_TELEGRAM__TOKEN_FILE: .*telegram_token.*{told}"):
        load_settings(DEPLOY / "keng.example.yaml", container_environment(tmp_path))


def test_a_container_without_feed_credentials_refuses_to_start(tmp_path: Path) -> None:
    environ = container_environment(tmp_path)
    for name in service()["environment"]:
        environ.pop(name)
    with pytest.raises(SettingsFault, match="keng feeds secret default"):
        check_for_serving(load_settings(DEPLOY / "keng.example.yaml", environ))


def test_the_container_writes_only_to_its_volume_and_tmp() -> None:
    keng = service()
    assert keng["read_only"] is True
    writable = [mount for mount in keng["volumes"] if isinstance(mount, str) or not mount["read_only"]]
    assert writable == [f"keng-data:{image_environment()['KENG_DATA_DIR']}"]
    assert [mount.split(":")[0] for mount in keng["tmpfs"]] == ["/tmp"]


def test_what_the_image_is_made_of_reaches_the_builder_and_no_secret_does() -> None:
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in patterns if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]}
    assert copied == let_in


class _Merged(yaml.SafeLoader):
    """Reads Compose's own marks, which say how a list is merged."""


_Merged.add_constructor("!override", lambda loader, node: loader.construct_sequence(node))


def test_two_processes_on_one_postgresql_have_names_and_ports_of_their_own_and_the_same_keys(tmp_path: Path) -> None:
    beside = yaml.load((DEPLOY / "compose.postgres.yaml").read_text(encoding="utf-8"), Loader=_Merged)
    (tmp_path / "database_url").write_text("postgresql://keng:a%2Fb@postgres/keng\n")
    (tmp_path / "telegram_token").write_text("1:a\n")
    (tmp_path / "feed_secret").write_text("whsec_YQ==\n")
    first, second = (beside["services"][name] for name in ("keng", "keng-2"))
    read = []
    for one in (first, second):
        given = {n: v.replace("/run/secrets", str(tmp_path)) for n, v in one["environment"].items()}
        read.append(load_settings(DEPLOY / "keng.example.yaml", container_environment(tmp_path) | given))
        assert set(one["secrets"]) == {"telegram_token", "feed_secret", "database_url"}
    assert [settings.executor_id for settings in read] == ["keng-1", "keng-2"]
    assert {settings.database_url for settings in read} == {"postgresql://keng:a%2Fb@postgres/keng"}
    assert read[0].data_dir == read[1].data_dir  # one volume, so one set of keys
    assert not set(second["ports"]) & set(service()["ports"])
    assert set(beside["secrets"]) == {"database_password", "database_url"}
