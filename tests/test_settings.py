"""Settings: every default works, and every fault names where it is and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.data import Data
from bot.settings import IndexSettings, Settings, SettingsFault, check_for_serving, load_settings


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "keng.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def fault(tmp_path: Path, text: str, **environ: str) -> str:
    with pytest.raises(SettingsFault) as raised:
        check_for_serving(load_settings(written(tmp_path, text), environ))
    return str(raised.value)


def test_every_default_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert settings == Settings()
    assert settings.resolved_database_url == "sqlite:///var/keng.db"
    assert settings.http.base_url == "http://127.0.0.1:8080"


EVERY_DEFAULT = """
data_dir: ./var                                  # database, model cache, documents
database_url: sqlite:///{data_dir}/keng.db       # or postgresql://…
http: {host: 127.0.0.1, port: 8080, public_url: null}
telegram: {token: null, mode: polling, api_base: "https://api.telegram.org", webhook_secret: null, proxy: null,
           duty_chat: null, public_channel: null}
email: {smtp: null, from: null}
feeds:                                           # /v1/alerts is the feed "default", the others are /v1/feeds/{name}
  default: {format: native, secrets: [], bearer: null, basic: null, networks: []}
outlets: {newsroom: {}, telegram_channel: {}}    # email_list: {}, webhook: {}, cap: {} …
playbooks: ./playbooks                           # else those that came with the package
organisation: sample                             # a folder in playbooks/organisation/, or a path
index: {model: offline}
"""
"""What the design writes out (§5)."""


def test_the_defaults_may_be_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(written(tmp_path, EVERY_DEFAULT), {})
    check_for_serving(settings)
    assert settings == Settings()
    Data.load(settings)


def test_the_environment_overrides_the_file_with_double_underscores(tmp_path: Path) -> None:
    file = written(tmp_path, "http: {port: 9000}\norganisation: elsewhere\n")
    settings = load_settings(file, {"KENG_HTTP__PORT": "8081", "KENG_DATA_DIR": "/srv/keng", "HOME": "/root"})
    assert (settings.http.port, settings.organisation, settings.data_dir) == (8081, "elsewhere", Path("/srv/keng"))


def test_a_wrong_value_is_named_with_file_and_line(tmp_path: Path) -> None:
    assert "keng.yaml:2: http.port:" in fault(tmp_path, "http:\n  port: eighty\n")


def test_an_unknown_setting_is_named_with_file_and_line(tmp_path: Path) -> None:
    assert "keng.yaml:1: telegramm: unknown setting" in fault(tmp_path, "telegramm: {}\n")


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    assert "KENG_HTTP__PORT: http.port:" in fault(tmp_path, "", KENG_HTTP__PORT="0")


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "keng.yaml:2: not valid YAML" in fault(tmp_path, "http:\n  port: @8080\n")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="no such file"):
        load_settings(tmp_path / "none.yaml", {})


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("123:abc\n")
    (tmp_path / "secrets").write_text("whsec_YQ==\nwhsec_Yg==\n")
    text = f"telegram: {{token_file: {tmp_path}/token}}\nfeeds: {{default: {{secrets_file: {tmp_path}/secrets}}}}\n"
    settings = load_settings(written(tmp_path, text), {})
    assert settings.telegram.token is not None
    assert settings.telegram.token.get_secret_value() == "123:abc"
    assert [s.get_secret_value() for s in settings.feeds["default"].secrets] == ["whsec_YQ==", "whsec_Yg=="]
    assert "123:abc" not in repr(settings)
    assert "keng.yaml:1" in fault(tmp_path, "telegram: {token_file: /no/such/file}\n")


def test_a_feed_of_the_environment_stands_beside_the_default_one_unless_the_file_names_others(tmp_path: Path) -> None:
    environ = {"KENG_FEEDS__AM__FORMAT": "alertmanager"}
    assert sorted(load_settings(written(tmp_path, ""), environ).feeds) == ["am", "default"]
    assert sorted(load_settings(written(tmp_path, "feeds: {tin: {}}\n"), environ).feeds) == ["am", "tin"]
    assert "keng feeds secret default" in fault(tmp_path, "http: {host: 0.0.0.0}\n", KENG_FEEDS__AM__BEARER="x")


@pytest.mark.parametrize("given", ["1", "0123", "2026-11-22", "1.10", "12:30", "yes"])
def test_a_variable_is_the_text_that_it_is_where_text_is_wanted(tmp_path: Path, given: str) -> None:
    environ = {"KENG_EXECUTOR_ID": given, "KENG_FEEDS__DEFAULT__BEARER": given, "KENG_HTTP__PORT": "8081"}
    settings = load_settings(written(tmp_path, ""), environ)
    bearer = settings.feeds["default"].bearer
    assert bearer is not None
    assert (settings.executor_id, bearer.get_secret_value(), settings.http.port) == (given, given, 8081)
    assert "KENG_HTTP__PORT: http.port:" in fault(tmp_path, "", KENG_HTTP__PORT="eighty", KENG_EXECUTOR_ID=given)


@pytest.mark.parametrize("given", ["whsec_YQ== whsec_Yg==", "[whsec_YQ==, whsec_Yg==]"])
def test_the_environment_names_one_secret_or_several(tmp_path: Path, given: str) -> None:
    def secrets(variable: str) -> list[str]:
        feed = load_settings(written(tmp_path, ""), {"KENG_FEEDS__DEFAULT__SECRETS": variable}).feeds["default"]
        return [secret.get_secret_value() for secret in feed.secrets]

    assert secrets(given) == ["whsec_YQ==", "whsec_Yg=="]
    assert secrets("whsec_YQ==") == ["whsec_YQ=="]


@pytest.mark.parametrize("text", ["http: {host: 0.0.0.0}\n", "http: {public_url: 'https://keng.example.vn'}\n"])
def test_a_feed_without_credentials_is_refused_unless_on_loopback_and_unknown_to_the_world(
    tmp_path: Path, text: str
) -> None:
    assert "keng feeds secret default" in fault(tmp_path, text)
    guarded = text + "feeds: {default: {bearer: secret}}\n"
    check_for_serving(load_settings(written(tmp_path, guarded), {}))


@pytest.mark.parametrize("text", ["http: {host: 0.0.0.0}\n", "http: {public_url: 'https://keng.example.vn'}\n"])
def test_the_simulator_runs_only_on_loopback_and_never_with_a_public_address(tmp_path: Path, text: str) -> None:
    guarded = text + "feeds: {default: {bearer: secret}}\ntelegram: {mode: simulator}\n"
    assert "simulator" in fault(tmp_path, guarded)


def test_the_simulator_does_not_run_beside_a_token(tmp_path: Path) -> None:
    assert "needs no token" in fault(tmp_path, "telegram: {mode: simulator, token: '1:a'}\n")


def test_invented_people_are_not_trusted_with_a_real_bot(tmp_path: Path) -> None:
    """At Telegram the number 102 is somebody's, who could approve in an invented spokesperson's place."""
    bot = "telegram: {token: '1:a'}\n"
    assert "organisation: the sample's people are invented" in fault(tmp_path, bot)
    for harmless in (
        bot + "organisation: /etc/keng/organisation\n",
        "telegram: {token: '1:a', api_base: 'http://127.0.0.1:8081'}\n",
        "telegram: {mode: simulator}\n",
    ):
        check_for_serving(load_settings(written(tmp_path, harmless), {}))


def test_webhook_mode_needs_an_address_and_a_secret(tmp_path: Path) -> None:
    text = fault(tmp_path, "telegram: {mode: webhook, token: '1:a'}\n")
    assert "http.public_url" in text
    assert "telegram.webhook_secret" in text


@pytest.mark.parametrize("secret", ["whsec_", "not base64!", "whsec_A"])
def test_a_secret_without_a_key_in_it_is_a_fault(tmp_path: Path, secret: str) -> None:
    assert "keng feeds secret" in fault(tmp_path, f"feeds: {{default: {{secrets: ['{secret}']}}}}\n")


def test_the_engine_is_chosen_by_the_model_unless_one_is_set(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, ""), {}).index.engine == "auto"
    assert load_settings(written(tmp_path, ""), {"KENG_INDEX__ENGINE": "onnx-int8"}).index.engine == "onnx-int8"


def test_an_unknown_engine_is_named_with_those_there_are(tmp_path: Path) -> None:
    text = fault(tmp_path, "index:\n  engine: onnx-int4\n")
    assert "keng.yaml:2: index.engine:" in text
    assert "'torch', 'onnx' or 'onnx-int8'" in text


@pytest.mark.parametrize(
    ("model", "engine", "chosen"),
    [
        ("offline", "auto", "onnx-int8"),
        ("offline", "torch", "torch"),
        ("some/model", "auto", "torch"),
        ("some/model", "onnx", "onnx"),
    ],
)
def test_the_offline_model_runs_on_the_fast_engine_unless_another_is_named(
    model: str, engine: str, chosen: str
) -> None:
    assert IndexSettings(model=model, engine=engine).chosen_engine == chosen


OFFICE = "http: {public_url: 'https://keng.example.vn'}\nfeeds: {default: {bearer: x}}\n"


@pytest.mark.parametrize(
    ("email", "host", "port", "tls"),
    [
        ("smtp: mail.example.vn, from: keng@example.vn", "mail.example.vn", 587, False),
        ("smtp: 'mail.example.vn:25', from: keng@example.vn", "mail.example.vn", 25, False),
        ("smtp: 'smtps://mail.example.vn', from: keng@example.vn", "mail.example.vn", 465, True),
        ("smtp: '[::1]:2525', from: keng@example.vn", "::1", 2525, False),
    ],
)
def test_the_mail_server_is_named_as_offices_name_it(
    tmp_path: Path, email: str, host: str, port: int, tls: bool
) -> None:
    settings = load_settings(written(tmp_path, f"{OFFICE}email: {{{email}}}\n"), {}).email
    assert (settings.host, settings.port, settings.implicit_tls) == (host, port, tls)


def test_the_sender_has_a_name_or_none(tmp_path: Path) -> None:
    text = OFFICE + 'email: {smtp: mail.example.vn, from: "Kẻng tỉnh <keng@example.vn>"}\n'
    settings = load_settings(written(tmp_path, text), {}).email
    assert (settings.sender_name, settings.sender_address) == ("Kẻng tỉnh", "keng@example.vn")


def test_the_mail_password_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mật khẩu\n", encoding="utf-8")
    text = OFFICE + "email: {smtp: mail.example.vn, from: k@example.vn, username: k}\n"
    environ = {"KENG_EMAIL__PASSWORD_FILE": str(tmp_path / "secret")}
    password = load_settings(written(tmp_path, text), environ).email.password
    assert password is not None
    assert password.get_secret_value() == "mật khẩu"
    assert "mật khẩu" not in repr(password)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OFFICE + "email: {smtp: mail.example.vn}", "email.from: who writes"),
        (OFFICE + "email: {from: k@example.vn}", "email.smtp: the mail server is missing"),
        (
            OFFICE + "email: {smtp: 'mail server', from: k@example.vn}",
            "keng.yaml:3: email.smtp: must be the mail server",
        ),
        (
            OFFICE + "email: {smtp: mail.example.vn, from: 'k@example.vn\\r\\nBcc: x@y.vn'}",
            "email.from: must be an address",
        ),
        (OFFICE + "email: {smtp: mail.example.vn, from: k@example.vn, username: k}", "together"),
        (OFFICE + "email: {smtp: mail.example.vn, from: k@example.vn, starttls: false}", "reads the sign-off links"),
        (OFFICE + "email: {smtp: 'mail.example.vn:70000', from: k@example.vn}", "between 1 and 65535"),
        ("email: {smtp: mail.example.vn, from: k@example.vn}", "http.public_url to the https:// address"),
        (
            "http: {public_url: 'http://keng.example.vn'}\nfeeds: {default: {bearer: x}}\n"
            "email: {smtp: mail.example.vn, from: k@example.vn}",
            "http.public_url to the https:// address",
        ),
    ],
)
def test_mail_settings_that_cannot_work_say_what_to_do(tmp_path: Path, text: str, says: str) -> None:
    assert says in fault(tmp_path, text + "\n")


def test_a_mail_server_on_this_machine_needs_neither_encryption_nor_a_public_address(tmp_path: Path) -> None:
    text = "email: {smtp: '127.0.0.1:2525', from: k@example.vn, starttls: false}\n"
    settings = load_settings(written(tmp_path, text), {})
    check_for_serving(settings)
    assert settings.email.loopback


def test_the_static_export_is_off_until_a_folder_is_named(tmp_path: Path) -> None:
    assert Settings().outlets.static_export is None
    file = written(tmp_path, "outlets:\n  static_export: {folder: /srv/www, base: 'https://tin.tinh.example'}\n")
    export = load_settings(file, {}).outlets.static_export
    assert export is not None
    assert (export.folder, export.base) == (Path("/srv/www"), "https://tin.tinh.example")
    assert "keng.yaml:1: outlets.static_export.base: must begin" in fault(
        tmp_path, "outlets: {static_export: {folder: x, base: tinh.example}}\n"
    )


LETTERS = "email: {smtp: 'localhost:25', from: a@b.example, starttls: false}\n"
KEY = "whsec_" + "a2V5" * 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("outlets: {email_list: {recipients: [a@b.example]}}", "needs a mail server; name it under email.smtp"),
        (
            LETTERS + "outlets:\n  email_list:\n    recipients: [khong phai]",
            "keng.yaml:4: outlets.email_list.recipients",
        ),
        (LETTERS + "outlets:\n  email_list: {recipients: []}", "keng.yaml:3: outlets.email_list.recipients"),
        (LETTERS + "outlets: {email_list: {recipients: ['a@b.example\\nBcc: x@y.example']}}", "is no address"),
        (LETTERS + "outlets: {email_list: {recipients: [a@b.vn], bounces: {address: c@b.vn}}}", "folder or imap"),
        (LETTERS + "outlets: {email_list: {recipients: [a@b.vn], unsubscribe: 'javascript:x'}}", "mailto:"),
        (LETTERS + "outlets: {email_list: {recipients: [a@b.vn], dkim: {domain: b.vn, selector: s, key: x}}}", "PEM"),
        (
            f"outlets:\n  webhook:\n    url: http://cong.example/in\n    secret: {KEY}",
            "keng.yaml:3: outlets.webhook.url",
        ),
        (f"outlets: {{webhook: {{url: 'https://a:b@cong.example/', secret: {KEY}}}}}", "without a user"),
        ("outlets: {webhook: {url: 'https://cong.example/', secret: whsec_YQ==}}", "at least 24 bytes"),
        (f"outlets: {{webhook: {{url: 'https://c.example/', secret: {KEY}, error_field: 'a['}}}}", "no JMESPath"),
        ("outlets: {cap: {sender: 'hai chữ', area: x}}", "one word"),
        ("outlets: {fax: {}}", "keng.yaml:1: outlets.fax: unknown setting"),
    ],
)
def test_a_faulty_outlet_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in fault(tmp_path, text)


def test_the_press_list_may_be_a_file_with_one_address_a_line(tmp_path: Path) -> None:
    (tmp_path / "bao.txt").write_text("tin@a.example\n# Đài\nTIN@a.example\nban@b.example  # nhắc\n", encoding="utf-8")
    text = f"{LETTERS}outlets: {{email_list: {{recipients_file: {tmp_path / 'bao.txt'}}}}}"
    settings = load_settings(written(tmp_path, text), {})
    assert settings.outlets.email_list is not None
    assert settings.outlets.email_list.recipients == ("tin@a.example", "ban@b.example")


def test_a_name_that_is_given_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    text = "telegram:\n  duty_chat: -1001\nhttp: {port: 9000}\ntelegram:\n  public_channel: '@kenh'\n"
    assert "keng.yaml:4: telegram: given twice, first on line 1" in fault(tmp_path, text)


def test_a_tab_is_called_a_tab(tmp_path: Path) -> None:
    text = fault(tmp_path, "http:\n\tport: 8080\n")
    assert "keng.yaml:2: not valid YAML" in text
    assert "indent with spaces" in text


def test_a_section_of_which_every_line_is_a_comment_is_as_good_as_left_out(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, "telegram:\n  # duty_chat: -1001\noutlets:\nfeeds:\n"), {})
    assert settings == Settings()


def test_a_data_folder_without_a_name_is_not_taken_for_the_one_here(tmp_path: Path) -> None:
    assert "keng.yaml:1: data_dir:" in fault(tmp_path, "data_dir:\n")


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("KENG_TELEGRAM_TOKEN", "KENG_TELEGRAM__TOKEN"),
        ("KENG_TELEGRAM_TOKEN_FILE", "KENG_TELEGRAM__TOKEN_FILE"),
        ("KENG_HTTP_PORT", "KENG_HTTP__PORT"),
        ("KENG_EMAIL_FROM", "KENG_EMAIL__FROM"),
        ("KENG_FEEDS_DEFAULT", "KENG_FEEDS__DEFAULT"),
    ],
)
def test_a_variable_with_one_underscore_too_few_is_named_with_the_right_one(
    tmp_path: Path, variable: str, meant: str
) -> None:
    assert f"{variable}: sets nothing; what is in a section has two underscores: {meant}" in fault(
        tmp_path, "", **{variable: "1"}
    )


def test_variables_of_other_programs_are_none_of_ours(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, ""), {"KENG_TEST_MODEL_CACHE": "x", "KENG_VERSION": "7"}) == Settings()


def test_what_a_sender_calls_by_numbers_is_read_by_numbers(tmp_path: Path) -> None:
    text = (
        "feeds:\n  nguon:\n    format: mapping\n    bearer: x\n    mapping:\n"
        "      title: tieu_de\n      severity_hint: {path: muc_do, values: {1: 1, 2: 3}}\n"
    )
    mapping = load_settings(written(tmp_path, text), {}).feeds["nguon"].mapping
    assert mapping is not None
    assert mapping.severity_hint is not None
    assert mapping.severity_hint.values == {"1": 1, "2": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("telegram: {token: 'bot123:abc'}", "whole and on one line"),
        ("telegram: {token: '123:abc 123:abc'}", "whole and on one line"),
        (
            "telegram: {proxy: 'proxy.example.vn:1080'}",
            "keng.yaml:1: telegram.proxy: must be http://HOST:PORT or socks5",
        ),
        ("telegram: {proxy: 'socks4://proxy.example.vn:1080'}", "socks5://HOST:PORT"),
        ("telegram: {api_base: 'api.telegram.org'}", "keng.yaml:1: telegram.api_base: must be the address"),
        ("telegram: {api_base: 'http://10.0.0.5:port'}", "must be the address of a Bot API server"),
        ("database_url: 'mysql://keng@db/keng'", "keng.yaml:1: database_url: must be sqlite:///PATH or postgresql://"),
        ("database_url: 'postgresql://keng:a:b/c@db:x/keng'", "as %2F %40 %3A %25"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_before_anything_starts(tmp_path: Path, text: str, says: str) -> None:
    told = fault(tmp_path, text + "\n")
    assert says in told
    assert "abc" not in told


def test_a_file_that_this_user_may_not_read_is_named_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_file: Path, **_how: str) -> str:
        raise PermissionError(13, "Permission denied")

    file = written(tmp_path, "telegram: {token_file: /etc/keng/telegram-token}\n")
    shown = file.read_text(encoding="utf-8")
    monkeypatch.setattr(Path, "read_text", lambda path, **how: shown if path == file else closed(path, **how))
    with pytest.raises(SettingsFault) as raised:
        load_settings(file, {})
    assert "keng.yaml:1: telegram.token_file: cannot read /etc/keng/telegram-token: Permission denied" in str(
        raised.value
    )
    assert "must be able to read it" in str(raised.value)
