"""What a handler says about itself, and the OpenAPI 3.1 document that follows from the routes and what they say.

A route is described where it is written; the document is made of the application's own router, so an address cannot be
in one and not in the other. Bodies are the pydantic models that read and write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

F = TypeVar("F", bound=Callable[..., Any])

_ATTRIBUTE = "__operation__"
_REF = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Many:
    """One of ``model``, or an array of 1 to ``most`` of it."""

    model: type[BaseModel]
    most: int


Shape = type[BaseModel] | Many | None
"""What a body is made of; None says nothing about it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an operation. ``headers`` are names with what they say; ``also`` other forms, of no given shape."""

    says: str
    shape: Shape = None
    media: str | None = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: ``bodies`` by media type, ``answers`` by status, ``headers`` that a caller may send.

    ``query`` are the parameters behind the question mark.

    ``secured`` ones want the credentials of a feed, if it has any.
    """

    summary: str
    answers: Mapping[int, Answer]
    bodies: Mapping[str, Shape] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    secured: bool = False
    query: Mapping[str, str] = field(default_factory=dict)


def described(operation: Operation) -> Callable[[F], F]:
    """Let a handler say what it does."""

    def note(handler: F) -> F:
        setattr(handler, _ATTRIBUTE, operation)
        return handler

    return note


def operations(application: web.Application) -> Iterator[tuple[str, str, Operation]]:
    """Method, path and description of every route that has one."""
    for route in application.router.routes():
        operation = getattr(route.handler, _ATTRIBUTE, None)
        if operation is not None and route.resource is not None and route.method != "HEAD":
            yield route.method.lower(), route.resource.canonical, operation


def openapi(application: web.Application, title: str, version: str) -> dict[str, Any]:
    """The document."""
    found = list(operations(application))
    reads = {m for _, _, o in found for s in o.bodies.values() for m in _models(s)}
    writes = {m for _, _, o in found for a in o.answers.values() for m in _models(a.shape)}
    wanted = [(m, "validation") for m in reads] + [(m, "serialization") for m in writes]
    wanted.sort(key=lambda pair: (pair[0].__name__, pair[1]))
    references, definitions = models_json_schema(wanted, ref_template=_REF)  # type: ignore[arg-type]  # modes read as str
    paths: dict[str, dict[str, Any]] = {}
    for method, path, operation in found:
        paths.setdefault(path, {})[method] = _operation(path, method, operation, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": definitions.get("$defs", {}), "securitySchemes": _SCHEMES},
    }


_SCHEMES = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks: v1,BASE64(HMAC-SHA256(key, ID.TIMESTAMP.BODY)) of the two other headers",
    },
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def _operation(path: str, method: str, operation: Operation, references: Mapping[Any, Any]) -> dict[str, Any]:
    words = path.strip("/").replace("{", "").replace("}", "").replace(".", "_").split("/")
    said: dict[str, Any] = {
        "operationId": "_".join([method, *filter(None, words)]),
        "summary": operation.summary,
        "responses": {str(status): _answer(answer, references) for status, answer in operation.answers.items()},
    }
    parameters = [
        {"name": part.strip("{}"), "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for part in path.split("/")
        if part.startswith("{")
    ]
    parameters += [
        {"name": name, "in": "header", "description": what, "schema": {"type": "string", "maxLength": 256}}
        for name, what in operation.headers.items()
    ]
    parameters += [
        {"name": name, "in": "query", "description": what, "schema": {"type": "string", "maxLength": 256}}
        for name, what in operation.query.items()
    ]
    if parameters:
        said["parameters"] = parameters
    if operation.bodies:
        content = {media: _content(shape, references, "validation") for media, shape in operation.bodies.items()}
        said["requestBody"] = {"required": True, "content": content}
    if operation.secured:
        said["security"] = [{}, {"signature": []}, {"bearer": []}, {"basic": []}]
    return said


def _answer(answer: Answer, references: Mapping[Any, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"description": answer.says}
    if answer.media is not None:
        said["content"] = {answer.media: _content(answer.shape, references, "serialization")}
        said["content"] |= {media: {} for media in answer.also}
    if answer.headers:
        said["headers"] = {
            name: {"description": what, "schema": {"type": "string"}} for name, what in answer.headers.items()
        }
    return said


def _content(shape: Shape, references: Mapping[Any, Any], mode: str) -> dict[str, Any]:
    if shape is None:
        return {}
    if isinstance(shape, Many):
        one = references[shape.model, mode]
        return {"schema": {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": shape.most}]}}
    return {"schema": references[shape, mode]}


def _models(shape: Shape) -> Iterator[type[BaseModel]]:
    if isinstance(shape, Many):
        yield shape.model
    elif shape is not None:
        yield shape
