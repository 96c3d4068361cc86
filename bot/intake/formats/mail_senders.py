"""Who may write to a feed of letters, decided when a letter comes and anew whenever it is read again.

Neither names nor addresses are kept, only the sender's domain. A letter that waits because of its sender keeps what
the decision needs besides: which server confirmed a signature of that domain, and a salted, slow hash of the address,
which an address in ``mail.senders`` can be compared with. Both go when it is let in, or expires.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_WORD = re.compile(r'"[^\s;()"\\]*"')

_COST = 2**12
"""scrypt's N (RFC 7914): about 10 ms and 4 MB for each address that somebody wants to try on a letter."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Whose letters count: ``addresses`` and whole ``domains``; ``server``'s word on a signature, where it is named."""

    addresses: frozenset[str]
    domains: frozenset[str]
    server: str | None

    @classmethod
    def of(cls, senders: Sequence[str], verified_by: str | None) -> Admission:
        """As the settings write it: ``a@vendor.example`` is one address, ``@vendor.example`` all of them."""
        said = {sender.lower() for sender in senders}
        domains = {sender[1:] for sender in said if sender.startswith("@")}
        addresses = {sender for sender in said if not sender.startswith("@")}
        return cls(frozenset(addresses), frozenset(domains), verified_by and verified_by.lower())

    def of_letter(self, message: EmailMessage, message_id: str) -> dict[str, Any]:
        """What is kept of the sender of a letter that just came."""
        address = parseaddr(str(message.get("From", "")))[1].lower()
        domain = address.rpartition("@")[2]
        confirmed_by = _confirmed_by(message, domain)
        known = address in self.addresses or ("@" in address and domain in self.domains)
        verified = self._trusts(confirmed_by)
        kept: dict[str, Any] = {"from_domain": domain, "sender_known": known, "sender_verified": verified}
        if not (known and verified):
            kept |= {"confirmed_by": confirmed_by, "address_hash": _hash(address, message_id)}
        return kept

    def decided_anew(self, letter: Any) -> Any:
        """A letter as it is kept, with today's word on its sender; one that was let in before stays let in.

        Earlier versions kept nothing to decide by but the domain: of their letters only whole domains are recognised.
        """
        if not isinstance(letter, dict):
            return letter
        known, verified = letter.get("sender_known") is True, letter.get("sender_verified") is True
        if "address_hash" in letter:
            known, verified = self._knows(letter), self._trusts(letter.get("confirmed_by"))
        elif not known:
            known = str(letter.get("from_domain")) in self.domains
        if known and verified:
            letter = {name: value for name, value in letter.items() if name not in ("confirmed_by", "address_hash")}
        return {**letter, "sender_known": known, "sender_verified": verified}

    def _knows(self, letter: dict[str, Any]) -> bool:
        domain, message_id = str(letter.get("from_domain")), str(letter.get("message_id"))
        may_be = sorted(address for address in self.addresses if address.rpartition("@")[2] == domain)
        return domain in self.domains or any(_hash(one, message_id) == letter["address_hash"] for one in may_be)

    def _trusts(self, confirmed_by: Any) -> bool:
        return self.server is None or (confirmed_by == self.server and bool(confirmed_by))


def _hash(address: str, message_id: str) -> str:
    """The same for no two letters, so that it does not tell which ones are of one person."""
    salt = message_id.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(address.encode("utf-8", "surrogatepass"), salt=salt, n=_COST, r=8, p=1, dklen=32).hex()


def _confirmed_by(message: EmailMessage, domain: str) -> str:
    """The server of the topmost ``Authentication-Results``, if it says that a signature of the domain held; else "".

    Only the topmost one counts: those below it may have come with the letter (RFC 8601 §1.6, §5).
    """
    stated = str((message.get_all("Authentication-Results") or [""])[0]).lower()
    readings = (_without(_QUOTED, _COMMENT, stated), _without(_COMMENT, _QUOTED, stated))
    servers = {_says_signed(reading, domain) for reading in readings}
    return servers.pop() if len(servers) == 1 else ""


def _says_signed(results: str, domain: str) -> str:
    """The server whose results these are, if they say so; else ""."""
    name, _, rest = " ".join(results.split()).partition(";")
    for part in rest.split(";"):
        words = part.split()
        signed = {w.partition("=")[2].strip('"@') for w in words if w.startswith(("header.d=", "header.i="))}
        owners = {s.rpartition("@")[2] for s in signed}
        if "dkim=pass" in words and any(domain == o or domain.endswith(f".{o}") for o in owners if o):
            return name.split(" ")[0]
    return ""


def _without(first: re.Pattern[str], then: re.Pattern[str], results: str) -> str:
    """Results without comments and quoted sentences: the server repeats there what the sender wrote.

    ``smtp.mailfrom="x; dkim=pass header.d=vendor.vn"@evil.example`` must not read as a result, whichever of the two was
    not closed inside the other. A quoted single word stays; what is left open makes the whole count for nothing.
    """
    for pattern in (first, then):
        stripped = None
        while stripped != results:  # comments may stand in comments
            results = results if stripped is None else stripped
            stripped = pattern.sub(lambda found: found[0] if _WORD.fullmatch(found[0]) else " ", results)
    return "" if "(" in results or ")" in results or results.count('"') % 2 else results
