"""Where systemd hands the secrets to the service alone, the other commands do without them; serving does not."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from pathlib import Path

import pytest

from bot.data import Data
from bot.serving import serve
from bot.settings import SettingsFault, load_settings
from bot.store.migrate import upgrade_async
from tests.cli.commands import keng

DEPLOY = Path(__file__).parents[2] / "deploy"
PUBLIC = "http: {public_url: 'https://keng.example.vn', trusted_proxies: [127.0.0.1/32]}\n"
OPEN = "anybody could send alerts"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is left of keng.yaml when the secrets are in the drop-in; Keng ran here before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    file = tmp_path / "keng.yaml"
    file.write_text(PUBLIC, encoding="utf-8")
    asyncio.run(upgrade_async(load_settings(file).resolved_database_url))
    return file


def nightly(config: Path, file: Path) -> list[str]:
    """The arguments of the nightly backup, as its unit has them."""
    unit = (DEPLOY / "keng-backup.service").read_text(encoding="utf-8")
    found = re.search(r"exec /opt/keng/bin/keng (backup .*?) /var/backups/keng/\S+ ?\S*'", unit)
    assert found is not None
    return [*shlex.split(found[1].replace("/etc/keng/keng.yaml", str(config))), str(file)]


def test_the_nightly_backup_is_written_without_the_secrets_of_the_service(config: Path, tmp_path: Path) -> None:
    done = keng(*nightly(config, tmp_path / "tonight.tar"))
    assert done.exit_code == 0, done.output or done.exception
    assert (tmp_path / "tonight.tar").stat().st_size > 0


@pytest.mark.parametrize(
    "command", ["audit verify", "quarantine list", "feeds list", "people list", "incidents list", "topics list"]
)
def test_commands_that_only_look_do_without_them(config: Path, command: str) -> None:
    done = keng(*command.split(), "--config", str(config))
    assert done.exit_code == 0, done.output or done.exception


def test_the_list_does_not_say_of_a_feed_whose_secret_it_cannot_see_that_it_is_open(config: Path) -> None:
    (line,) = keng("feeds", "list", "--config", str(config), "--json").stdout.splitlines()
    assert json.loads(line)["credentials"] == ["none that this command can see"]


def test_mail_whose_password_only_the_service_has_keeps_no_backup_back(config: Path, tmp_path: Path) -> None:
    mail = "email: {smtp: mail.example.vn, from: keng@example.vn, username: keng}\n"
    config.write_text(PUBLIC + mail, encoding="utf-8")
    assert keng(*nightly(config, tmp_path / "tonight.tar")).exit_code == 0
    tried = keng("self-test", "--config", str(config))
    assert isinstance(tried.exception, SettingsFault), "what sends letters asks for it"


def test_serving_still_refuses_a_feed_that_anybody_could_send_through(config: Path) -> None:
    refused = keng("serve", "--config", str(config))
    assert isinstance(refused.exception, SettingsFault)
    assert OPEN in str(refused.exception)


async def test_whoever_starts_it_is_refused_before_anybody_can_reach_anything(tmp_path: Path) -> None:
    file = tmp_path / "keng.yaml"
    file.write_text(PUBLIC, encoding="utf-8")
    settings = load_settings(file, {}, data_dir=tmp_path / "none")
    with pytest.raises(SettingsFault, match=OPEN):
        await serve(settings, Data.load(settings))
    assert not (tmp_path / "none" / "keng.db").exists()


def test_a_check_names_it_and_goes_on_to_everything_else(config: Path) -> None:
    checked = keng("check", "--config", str(config))
    assert checked.exit_code == 1
    assert f"feeds.default: {OPEN}" in checked.stdout
    assert "note: so-noi-vu: has no regular spokesperson today" in checked.stdout
    config.write_text(PUBLIC + "feeds: {default: {bearer: t}}\n", encoding="utf-8")
    assert keng("check", "--config", str(config)).exit_code == 0
