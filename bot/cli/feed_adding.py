"""``keng feeds add``: a credential, a fragment for ``keng.yaml``, and one command that tries it."""

from __future__ import annotations

import base64
import re
import secrets
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
    "mapping": """    mapping:                     # JMESPath for each field; `keng feeds try` shows what it finds
      # items: data.alerts       # where the list is, if a request carries more than one
      title: title
      summary: text
      # first_seen: {path: time, format: "%d/%m/%Y %H:%M", zone: Asia/Ho_Chi_Minh}
      # volume: {observed: count, baseline: usual}
""",
    "grafana": """    values: {observed: B, baseline: C}   # which letter of the rule's queries is what
""",
    "rss": """    rss:
      url: https://…             # the address of the RSS or Atom feed
      every: 5                   # minutes
      keywords: []               # only entries with one of these words; none: all of them
""",
    "mail": """    mail:
      senders: ["@vendor.example"]    # who may write: addresses, or whole domains
      folder: /var/mail/keng          # a Maildir or mbox; or instead:
      # imap: {host: mail.tinh.gov.vn, user: keng, password_file: /etc/keng/secrets/imap}
      # verified_by: mx.tinh.gov.vn   # the name in Authentication-Results of the own mail server
      patterns: []                    # '(?P<observed>\\d+) mentions'
""",
}


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
    if form not in PULLED:
        typer.echo(
            "\n# then restart Keng and try it:\n" + _command(settings, str(name), str(form), str(way), credential)
        )
    typer.echo("Read a real payload first: keng feeds try FILE --feed " + str(name), err=True)
    return 0


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
    return "".join(lines) + _SECTIONS.get(form, "")


def _command(settings: Any, name: str, form: str, way: str, credential: str) -> str:
    """One command for the shell that sends the format's first sample; the signature is made by ``openssl``."""
    file = next(f for f in sorted((SAMPLES / form).iterdir()) if f.suffix in (".json", ".xml", ".eml"))
    media = "application/xml" if file.suffix == ".xml" else "application/json"
    if form == "cloudevents":
        media = "application/cloudevents-batch+json"
    address = f"{settings.http.base_url}/v1/feeds/{name}"
    if way == "signature":
        key = base64.b64decode(credential.removeprefix("whsec_")).hex()
        return (
            f"body=$(cat {file}) id=msg_$(date +%s%N) at=$(date +%s)\n"
            f'sig=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:{key} -binary'
            " | base64 -w0)\n"
            f'curl -sS {address} -H \'content-type: {media}\' -H "webhook-id: $id" -H "webhook-timestamp: $at" '
            '-H "webhook-signature: v1,$sig" --data-binary "$body"'
        )
    shown = f"-H 'authorization: Bearer {credential}'" if way == "bearer" else f"-u '{credential}'"
    return f"curl -sS {address} -H 'content-type: {media}' {shown} --data-binary @{file}"
