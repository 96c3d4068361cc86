"""XML as JSON values: an element is an object of its children, one without children a text. Hostile XML is refused."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.intake.formats.arrival import NotXml

DEEPEST = 30
MOST_ELEMENTS = 50_000


def parse_xml(body: bytes) -> Element:
    """The root element.

    Raises:
        NotXml: not well-formed, or with a document type or entities, or larger inside than anything honest.
    """
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except ParseError as error:
        raise NotXml(str(error)) from None
    except DefusedXmlException as error:
        raise NotXml(f"{type(error).__name__}: document types and entities are refused") from None
    except (LookupError, ValueError) as error:  # a coding that nobody knows, or that the bytes are not in
        raise NotXml(str(error)) from None
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise NotXml(f"more than {MOST_ELEMENTS} elements")
    return root


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def as_value(element: Element, depth: int = 0) -> Any:
    """An element as a JSON value; children of one name are a list.

    Raises:
        NotXml: nested too deep.
    """
    if depth > DEEPEST:
        raise NotXml("nested too deep")
    if len(element) == 0:
        return (element.text or "").strip()
    value: dict[str, Any] = {}
    for child in element:
        name, inner = local_name(child), as_value(child, depth + 1)
        if name not in value:
            value[name] = inner
        elif isinstance(value[name], list):
            value[name].append(inner)
        else:
            value[name] = [value[name], inner]
    return value
