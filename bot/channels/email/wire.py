"""How a letter becomes bytes: as the library writes it, but for its subject.

Up to Python 3.13.0 the library drops the space where it breaks a subject of several encoded words (CPython gh-92081:
"anh/chị đồng ý" arrived as "anh/chịđồng ý"). The older class for heads keeps it, and each word within the 75
characters of RFC 2047 section 2.
"""

from __future__ import annotations

from email.header import Header
from email.policy import SMTP, EmailPolicy
from typing import Any

_WORD = 75


class _Wire(EmailPolicy):
    """The policy for SMTP with subjects that keep their spaces."""

    def fold(self, name: str, value: Any) -> str:
        """One field of the head, in lines."""
        if name.lower() != "subject" or str(value).isascii():
            return str(super().fold(name, value))
        words = Header(str(value), "utf-8", maxlinelen=_WORD, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same as bytes."""
        if name.lower() != "subject" or str(value).isascii():
            return bytes(super().fold_binary(name, value))
        return self.fold(name, value).encode("ascii")


WIRE = _Wire(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length)
