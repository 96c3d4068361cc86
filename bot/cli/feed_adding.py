"""``keng feeds add``: a credential, a fragment for ``keng.yaml``, and a command that tries it.

A feed that Keng fetches has no credential; what is to be filled in is marked, and said once more below.
"""

from __future__ import annotations

import base64
import re
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import typer

from bot.intake.signature import new_secret
from bot.settings import load_settings
from bot.settings.feeds import PULLED, FeedFormat

SAMPLES = Path(__file__).parents[1] / "intake" / "formats" / "samples"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
WAYS = ("signature", "bearer", "basic")

CANNOT_SIGN = frozenset({"alertmanager", "grafana", "meltwater", "talkwalker", "mention", "dataminr"})
"""Senders that have no Standard Webhooks signature; they can send a header or credentials in the address."""

_SECTIONS = {
    "grafana": """    values: {observed: B, baseline: C}   # which letter of the rule's queries is what
""",
    "rss": """    rss:
      url: https://…             # FILL IN: the address of the RSS or Atom feed
      every: 5                   # minutes
      keywords: []               # FILL IN: only entries with one of these words; none: every article is an alert
""",
    "mail": """    mail:
      senders: ["@…"]                 # FILL IN: who may write, addresses or whole domains
      folder: /var/mail/keng          # FILL IN: a Maildir or mbox; or take it out and write instead:
      # imap: {host: mail.tinh.gov.vn, user: keng, password_file: /etc/keng/secrets/imap}
      # verified_by: mx.tinh.gov.vn   # better so: the name in Authentication-Results of the own mail server
      patterns: []                    # '(?P<observed>\\d+) mentions'
""",
}

_FETCHED = {
    "rss": """
# fill in `url:` and `keywords:` above, then see how it is read (nothing is stored):
curl -sS URL -o feed.xml
keng feeds try feed.xml --feed {name}
""",
    "mail": """
# fill in `senders:` and `folder:` (or `imap:`) above, save a letter of theirs as letter.eml,
# then see how it is read (nothing is stored):
keng feeds try letter.eml --feed {name}
""",
}
_THEN = """
# `keng check` says what is still missing. Then restart Keng, which fetches the feed itself;
# `keng feeds list` counts what came, and how often fetching failed."""


def run(config: Path | None, name: str | None, form: str | None, way: str | None, secret_file: Path | None) -> int:
    """Ask for what was not given; 0 when done, 2 on wrong use."""
    settings = load_settings(config)
    formats = get_args(FeedFormat)
    name = name or typer.prompt("Name of the feed (letters, digits, -)", err=True)
    if NAME.fullmatch(str(name)) is None or name in settings.feeds:
        why = "there already" if name in settings.feeds else "a name has small letters, digits and -"
        typer.echo(f"{name}: {why}", err=True)
        return 2
    form = form or typer.prompt(f"Format ({', '.join(formats)})", default="native", err=True)
    usual = "bearer" if form in CANNOT_SIGN else "signature"
    if form in formats and form not in PULLED:
        way = way or typer.prompt(f"How the sender proves who it is ({', '.join(WAYS)})", default=usual, err=True)
    if form not in formats or (form not in PULLED and way not in WAYS):
        typer.echo(f"format is one of {', '.join(formats)}; auth one of {', '.join(WAYS)}", err=True)
        return 2
    credential = _made(str(way), str(name)) if form not in PULLED else ""
    if secret_file is not None and credential:
        secret_file.touch(mode=0o600, exist_ok=False)
        secret_file.write_text(credential + "\n", encoding="utf-8")
    typer.echo(_fragment(str(name), str(form), str(way), credential, secret_file))
    if form in PULLED:
        typer.echo(_FETCHED[str(form)].format(name=name) + _THEN)
        return 0
    secret = Secret(credential, secret_file)
    typer.echo("\n# then restart Keng and try it:\n" + _command(settings, str(name), str(form), str(way), secret))
    typer.echo("Read a real payload first: keng feeds try FILE --feed " + str(name), err=True)
    return 0


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential as a shell command has it: written out, or read from the file that alone has it."""

    value: str
    file: Path | None

    @property
    def plain(self) -> str:
        """For a place between double quotes."""
        return self.value if self.file is None else f"$(cat {shlex.quote(str(self.file.resolve()))})"

    @property
    def key_as_hex(self) -> str:
        """The key of a signing secret as ``openssl`` takes it, for a place without quotes."""
        if self.file is None:
            return base64.b64decode(self.value.removeprefix("whsec_")).hex()
        file = shlex.quote(str(self.file.resolve()))
        return f"$(sed s/^whsec_// {file} | base64 -d | od -An -v -tx1 | tr -d ' \\n')"


def _made(way: str, name: str) -> str:
    if way == "signature":
        return new_secret(secrets.token_bytes(32))
    token = secrets.token_urlsafe(32)
    return token if way == "bearer" else f"{name}:{token}"


def _fragment(name: str, form: str, way: str, credential: str, secret_file: Path | None) -> str:
    key = {"signature": "secrets", "bearer": "bearer", "basic": "basic"}.get(way, "")
    lines = [f"# into keng.yaml, below feeds:\n  {name}:\n    format: {form}\n"]
    if credential and secret_file is not None:
        lines.append(f"    {key}_file: {secret_file.resolve()}\n")
    elif credential:
        lines.append(f"    {key}: {f'[{credential}]' if way == 'signature' else credential}\n")
    lines.append(
        "    status: test                 # everything is a drill; take this line out when the feed reads well\n"
    )
    return "".join(lines) + (_sample_mapping() if form == "mapping" else _SECTIONS.get(form, ""))


def _sample_mapping() -> str:
    """How the sample is read that the command sends: each line is there to be changed for the sender's own names."""
    settings = (SAMPLES / "mapping" / "settings.yaml").read_text(encoding="utf-8")
    _, head, rules = settings.partition("    mapping:\n")
    comment = (
        "    # This reads the sample. Put the sender's own names in place of the sample's: a JMESPath for each field;\n"
        "    # leave items out where a request is one alert. `keng feeds try` shows what it finds.\n"
    )
    return comment + head + rules


def _command(settings: Any, name: str, form: str, way: str, secret: Secret) -> str:
    """One command for the shell that sends the format's first sample; the signature is made by ``openssl``."""
    file = next(f for f in sorted((SAMPLES / form).iterdir()) if f.suffix in (".json", ".xml", ".eml"))
    media = "application/xml" if file.suffix == ".xml" else "application/json"
    if form == "cloudevents":
        media = "application/cloudevents-batch+json"
    address = f"{settings.http.base_url}/v1/feeds/{name}"
    if way == "signature":
        return (
            f"body=$(cat {file}) id=msg_$(date +%s%N) at=$(date +%s)\n"
            f'sig=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:{secret.key_as_hex}'
            " -binary | base64 -w0)\n"
            f'curl -sS {address} -H \'content-type: {media}\' -H "webhook-id: $id" -H "webhook-timestamp: $at" '
            '-H "webhook-signature: v1,$sig" --data-binary "$body"'
        )
    shown = f'-H "authorization: Bearer {secret.plain}"' if way == "bearer" else f'-u "{secret.plain}"'
    return f"curl -sS {address} -H 'content-type: {media}' {shown} --data-binary @{file}"
