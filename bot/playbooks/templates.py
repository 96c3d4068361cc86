"""The only place where a template meets values: Jinja's sandbox, strict about what is undefined, one pass.

A value is always plain text. It is never compiled, so `{{ 7*7 }}` in a place or a fact comes out as these very letters.
"""

from __future__ import annotations

from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

HOLDING_NAMES = ("header", "agency", "where", "known", "unknown", "next_update", "contact", "signoff")
"""What a holding statement may ask for."""

REQUIRED_BLOCKS = ("header", "known", "unknown", "next_update", "contact", "signoff")
"""What it must contain, each once, in this order (reference/domain.md §3.2)."""

STAGE_NAMES = (
    *HOLDING_NAMES,
    *("reference", "changes", "corrections", "doing", "advice", "closing_unknown", "closing_next"),
    *("reason", "basis", "ground", "url"),
)
"""What the full text of a later statement may ask for."""

VARIANT_NAMES = (
    *("heading", "agency", "where", "matter", "known", "others", "doing", "advice", "next", "url", "hour", "phone"),
    *("reference", "changes", "corrections", "reason", "basis", "ground"),
)
"""What a shorter form may ask for."""

REQUIRED_OF_STAGE = {
    "update": ("header", "reference", "changes", "known", "unknown", "next_update", "contact", "signoff"),
    "correction": ("header", "reference", "corrections", "known", "unknown", "next_update", "contact", "signoff"),
    "supersession": ("header", "reference", "known", "unknown", "next_update", "contact", "signoff"),
    "closing": ("header", "reference", "known", "closing_unknown", "closing_next", "contact", "signoff"),
    "retraction": ("header", "reference", "reason", "contact"),
    "refusal": ("header", "basis", "ground", "reason", "contact", "signoff"),
}
"""The blocks that each later statement must contain, each once, in this order."""

LONGEST_TEMPLATE = 8_000
MOST_NAMES = 60
"""Bounds of one template: with values of at most a few thousand characters nothing grows without end."""

# Statements are plain text; every channel and page escapes for itself, so escaping here would show as &amp; to readers.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def render(source: str, **values: str) -> str:
    """``source`` with ``values`` put in; it has been checked by :func:`names_in`, which lets no logic through.

    Raises:
        jinja2.UndefinedError: the template asks for a value that is not there.
        jinja2.TemplateSyntaxError: it is no template.
    """
    return _compiled(source).render(values)


@lru_cache(maxsize=4096)
def names_in(source: str) -> tuple[tuple[str, int], ...]:
    """The names a template asks for, in order and with repetition, each with its line (from 0).

    Raises:
        ValueError: it is not valid, or it does more than name values (filters, conditions, calls, comments); the second
            argument is the line (from 0).
    """
    if len(source) > LONGEST_TEMPLATE:
        raise ValueError(f"a template of {len(source)} characters; at most {LONGEST_TEMPLATE} are read", 0)
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        raise ValueError(f"not a valid template: {error.message}", error.lineno - 1) from error
    if "{#" in source:
        raise ValueError("a comment inside a statement", source[: source.index("{#")].count("\n"))
    found = []
    for part in tree.body:
        if not isinstance(part, nodes.Output):
            raise ValueError("only {{ name }} is allowed, no logic", part.lineno - 1)
        for piece in part.nodes:
            if isinstance(piece, nodes.Name):
                found.append((piece.name, piece.lineno - 1))
            elif not isinstance(piece, nodes.TemplateData):
                raise ValueError("only {{ name }} is allowed, no filters or expressions", piece.lineno - 1)
    if len(found) > MOST_NAMES:
        raise ValueError(f"asks for {len(found)} values; at most {MOST_NAMES} are put in", 0)
    return tuple(found)


@lru_cache(maxsize=4096)
def _compiled(source: str) -> Template:
    """Compiling costs a millisecond and templates are few, so each is compiled once."""
    return _ENVIRONMENT.from_string(source)
