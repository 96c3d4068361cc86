"""YAML files read so that every fault can name its line: unknown keys, wrong types, keys given twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.playbooks.faults import Fault

Keys = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

# libyaml reads the shipped folder about ten times faster; not every platform's wheel carries it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_DEEPEST = 50
"""Levels; the playbooks have six."""

# So many levels are read without harm: each costs one of the 1,000 calls that Python allows.
_SUSPICIOUS = 600


class Section(BaseModel):
    """One mapping of a data file: nothing unknown in it, no type bent to fit."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One file's text and values, with the line (from 1) of every key and item."""

    path: Path
    text: str
    data: Any
    lines: Mapping[Keys, int]
    literals: frozenset[Keys]

    def line(self, keys: Keys, offset: int = 0) -> int:
        """The line of ``keys`` or, where they are not there, of what should hold them.

        ``offset`` counts lines inside a text; it moves the answer only where the file keeps the text's own lines.
        """
        inside = offset + 1 if keys in self.literals else 0
        return next((self.lines[keys[:n]] for n in range(len(keys), -1, -1) if keys[:n] in self.lines), 1) + inside

    def fault(self, keys: Keys, message: str, offset: int = 0) -> Fault:
        """A fault at ``keys``."""
        return Fault(self.path, self.line(keys, offset), spell(keys), message)


def spell(keys: Keys) -> str:
    """A path of keys as people write it: ``facts[1].type``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def read_yaml(path: Path, faults: list[Fault]) -> YamlFile | None:
    """The file, or None after adding to ``faults`` why it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        faults.append(Fault(path, line, "", "not UTF-8"))
        return None
    except OSError as error:
        faults.append(Fault(path, 1, "", f"cannot be read: {error.strerror}"))
        return None
    if _nests_too_deeply(text):
        faults.append(Fault(path, 1, "", "not valid YAML: nested too deeply"))
        return None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Keys, int] = {}
        literals: set[Keys] = set()
        if node is None:
            faults.append(Fault(path, 1, "", "is empty"))
            return None
        wrong = _walk(node, (), lines, literals, set())
        if wrong:
            faults.extend(Fault(path, line, spell(keys), message) for keys, line, message in wrong)
            return None
        data = loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        faults.append(Fault(path, mark.line + 1 if mark else 1, "", f"not valid YAML: {problem}"))
        return None
    except ValueError as error:  # a date such as 2026-02-30
        faults.append(Fault(path, 1, "", f"not valid YAML: {error}"))
        return None
    except (LookupError, AttributeError):  # how PyYAML takes `!!bool maybe`, `!!int ""`, `!!timestamp soon`
        faults.append(Fault(path, 1, "", "not valid YAML: a value that is not what its tag (!!…) says"))
        return None
    finally:
        loader.dispose()
    return YamlFile(path, text, data, lines, frozenset(literals))


def _nests_too_deeply(text: str) -> bool:
    """True where reading it would overrun the stack: libyaml's binding calls itself at every level and then crashes.

    A level needs a bracket or a column of its own, so that all but odd files are told without reading them twice.
    """
    brackets = text.count("[") + text.count("{")
    if brackets + 2 * max(map(len, text.splitlines()), default=0) < _SUSPICIOUS:
        return False
    loader, depth = _Loader(text), 0
    try:
        while depth <= _DEEPEST and loader.check_event():
            event = loader.get_event()
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
    except yaml.YAMLError:  # told when it is read
        return False
    finally:
        loader.dispose()
    return depth > _DEEPEST


def validate(model: type[M], file: YamlFile, faults: list[Fault]) -> M | None:
    """The file's values as ``model``, or None after adding every fault to ``faults``."""
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        for fault in error.errors():
            keys = tuple(key for key in fault["loc"] if key != "[key]")
            faults.append(file.fault(keys, _in_words(fault)))
        return None


def _walk(
    node: yaml.Node, keys: Keys, lines: dict[Keys, int], literals: set[Keys], seen: set[int]
) -> list[tuple[Keys, int, str]]:
    """Note the line of everything below ``node``; tell what YAML allows and these files do not."""
    line = node.start_mark.line + 1
    lines.setdefault(keys, line)
    if id(node) in seen:
        return [(keys, line, "an alias; write it out")]
    seen.add(id(node))
    wrong: list[tuple[Keys, int, str]] = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*keys, str(key.value))
            if here in lines:
                wrong.append((here, key.start_mark.line + 1, f"given twice, first on line {lines[here]}"))
                continue
            lines[here] = key.start_mark.line + 1
            wrong += _walk(value, here, lines, literals, seen)
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            wrong += _walk(item, (*keys, position), lines, literals, seen)
    elif isinstance(node, yaml.ScalarNode) and node.style == "|":
        literals.add(keys)
    return wrong


def _in_words(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "literal_error":
        return f"must be one of {context['expected'].replace(chr(39), '')}, not {fault['input']!r}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be names and values, one a line"
    return str(fault["msg"]).removeprefix("Value error, ")
