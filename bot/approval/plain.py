"""Words that arrive the same everywhere: what Telegram would change on the way out is changed before the approval.

Source: ``clean_input_string`` of Telegram's td: control characters become spaces; U+2028 to U+202E, some of which
reorder what is read, and three combining marks are dropped. The newsroom would keep them, and the copies would differ.
"""

from __future__ import annotations

import re

from bot.model.statement import canonical

_LINE_ENDS = re.compile("[\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f]")
_DROPPED = re.compile("[\u202a-\u202e\u0333\u033f\u030a]")


def plain(text: str) -> str:
    """``text`` in canonical form, without what Telegram would drop, turn into spaces or trim."""
    lines = _LINE_ENDS.sub("\n", canonical(text))
    return canonical(_DROPPED.sub("", _CONTROLS.sub(" ", lines))).strip()
