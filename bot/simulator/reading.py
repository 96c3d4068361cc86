"""Reading a call's parameters from HTTP: query string, then JSON, form or multipart body."""

from __future__ import annotations

import json

from aiohttp import web
from aiohttp.web_request import FileField

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.params import Params, Upload

MAX_BODY = 64 * 1024 * 1024


async def read_params(request: web.Request) -> Params:
    """All parameters of a call; raises ApiError 400 for a broken body and 413 for one that is too large."""
    values: dict[str, object] = dict(request.query)
    files: dict[str, Upload] = {}
    if not request.can_read_body:
        return Params(values, files)
    # The product's application has its own, smaller limit; the Bot API takes files of 50 MB.
    sized = request.clone(client_max_size=MAX_BODY)
    try:
        if sized.content_type == "application/json":
            values |= _json_object(await sized.read())
        else:
            for name, value in (await sized.post()).items():
                if isinstance(value, FileField):
                    files[name] = Upload(value.filename, value.content_type, value.file.read())
                elif isinstance(value, str):
                    values[name] = value
                else:
                    values[name] = bytes(value).decode("utf-8", "replace")
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    return Params(values, files)


def _json_object(body: bytes) -> dict[str, object]:
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request body as JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse request body as JSON object")
    return value
