"""Character references in Telegram's HTML mode.

Follows `decode_html_entity` of tdlib/td `MessageEntity.cpp`: only `&lt; &gt; &amp; &quot;` and numeric references are
decoded, the semicolon may be missing; any other `&` stays as it is.
"""

from __future__ import annotations

from typing import Final

_NAMED: Final = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_LETTERS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DECIMAL: Final = frozenset(b"0123456789")
_HEXADECIMAL: Final = frozenset(b"0123456789abcdefABCDEF")
_TOO_LARGE = 0x10FFFF
_LONGEST = 10


def decode_reference(data: bytes, at: int) -> tuple[str, int]:
    """The character meant by the reference at `data[at] == "&"` and where it ends; `("", at)` if it is none.

    `data` must end with a zero byte.
    """
    end = at + 1
    if data[end] == ord("#"):
        is_hexadecimal = data[end + 1] == ord("x")
        end += 2 if is_hexadecimal else 1
        first = end
        while data[end] in (_HEXADECIMAL if is_hexadecimal else _DECIMAL):
            end += 1
        code = int(data[first:end] or b"0", 16 if is_hexadecimal else 10) if end - first < _LONGEST else 0
        if code == 0 or code >= _TOO_LARGE or end - at >= _LONGEST:
            return "", at
        letter = chr(code)
    else:
        while data[end] in _LETTERS:
            end += 1
        letter = _NAMED.get(data[at + 1 : end], "")
        if not letter:
            return "", at
    return letter, end + 1 if data[end] == ord(";") else end
