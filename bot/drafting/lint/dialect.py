"""The patterns of ``law/lint.yaml``: regular expressions that are read as people write, and cannot run away.

In a pattern

* a space stands for any small gap: white space, a line break, one or two of ``- _ . · * ~ /``; between words that are
  given also for none;
* a letter with marks also stands for its forms with marks left out, unless a backslash stands before it or the rule
  says ``marks: exact``;
* ``hòa`` and ``hoà``, ``kỹ`` and ``kĩ`` are one spelling;
* what is found begins and ends at the bounds of words;
* every repetition is bounded, and repetitions within repetitions multiply to at most :data:`MOST_REPEATS`.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import regex

from bot.drafting.lint.letters import variants
from bot.drafting.lint.normal import spelling

MOST_REPEATS: Final = 400

_GAP: Final = r"(?:[ \n_·*~/-]|\.(?=\S)){%d,3}"
_ANY_WORD: Final = regex.compile(r"(?:\((?:\?:)?|\[|\(\?![^)]{0,200}\)){0,4}\\p|\(\?!")
_BRACES: Final = regex.compile(r"\{(\d{0,4})(,?)(\d{0,4})\}")


class NotAPattern(ValueError):
    """A pattern that may not be used; the message says why."""


def compiled(pattern: str, *, match_case: bool = False, exact_marks: bool = False) -> regex.Pattern[str]:
    """The expression for one pattern of the dialect.

    Raises:
        NotAPattern: it is no regular expression, or its repetitions have no bound.
    """
    source = spelling(unicodedata.normalize("NFC", pattern))
    check_bounds(source)
    written = "".join(_written(source, exact_marks=exact_marks))
    flags = regex.V0 if match_case else regex.V0 | regex.IGNORECASE
    try:
        return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{written})(?![\p{{L}}\p{{N}}])", flags)
    except regex.error as error:
        raise NotAPattern(f"not a valid pattern: {error}") from error


def check_bounds(pattern: str) -> None:
    """Refuse what could take for ever.

    Raises:
        NotAPattern: a repetition has no upper bound, or repetitions within repetitions multiply to too much.
    """
    depth: list[int] = [1]  # for each open group, the greatest product of repetitions inside it
    last = 1  # that of the item before a quantifier
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            step, last = _escape(pattern, position), 1
        elif character == "[":
            step, last = _class(pattern, position), 1
        elif character == "(":
            depth.append(1)
            step = 1
        elif character == ")":
            last = depth.pop() if len(depth) > 1 else 1
            depth[-1] = max(depth[-1], last)
            step = 1
        elif character in "*+":
            raise NotAPattern(f"a repetition without a bound at {pattern[max(0, position - 10) : position + 1]!r}")
        elif character == "{" and (found := _BRACES.match(pattern, position)):
            most = found[3] if found[2] else found[1]
            if not most:
                raise NotAPattern(f"a repetition without a bound at {found[0]!r}")
            last *= max(1, int(most))
            if last > MOST_REPEATS:
                raise NotAPattern(f"repetitions multiply to {last}; at most {MOST_REPEATS} are allowed")
            depth[-1] = max(depth[-1], last)
            step = len(found[0])
        else:
            step, last = 1, last if character == "?" else 1
        position += step


def _written(pattern: str, *, exact_marks: bool) -> list[str]:
    """The pattern with gaps and careless letters written out."""
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            end = position + _escape(pattern, position)
            parts.append(pattern[position:end])
        elif character == "[":
            end = position + _class(pattern, position)
            inside = pattern[position + 1 : end - 1]
            negated = inside.startswith("^")
            more = "" if exact_marks or negated else "".join(variants(c)[1:] for c in inside)
            parts.append(f"[{inside}{more}]")
        elif character == " ":
            end = position + 1
            parts.append(_GAP % _is_beside_any_word(pattern, position))
        else:
            end = position + 1
            forms = character if exact_marks else variants(character)
            parts.append(f"[{forms}]" if len(forms) > 1 else character)
        position = end
    return parts


def _is_beside_any_word(pattern: str, position: int) -> bool:
    """True for a space beside "any word" (a class of letters), where without a gap a word would be torn apart."""
    if pattern[position + 1 : position + 2] == "?":
        return False
    return pattern[position - 1 : position] == "}" or _ANY_WORD.match(pattern, position + 1) is not None


def _escape(pattern: str, position: int) -> int:
    if pattern[position + 1 : position + 2] in {"p", "P"} and pattern[position + 2 : position + 3] == "{":
        return pattern.index("}", position) - position + 1
    return 2


def _class(pattern: str, position: int) -> int:
    end = position + 1
    while end < len(pattern) and (pattern[end] != "]" or end == position + 1):
        end += 2 if pattern[end] == "\\" else 1
    if end >= len(pattern):
        raise NotAPattern("not a valid pattern: a class that is not closed")
    return end - position + 1
