"""Attachments: uploads become stored files; a file id sent again means the same file."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re

from bot.simulator.errors import ApiError, bad_request
from bot.simulator.images import PictureSize, picture_size
from bot.simulator.model import Media, MediaKind
from bot.simulator.params import Params, Upload
from bot.simulator.records import StoredFile
from bot.simulator.state import State

MAX_PHOTO = 10 * 1024 * 1024
MAX_DOCUMENT = 50 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
_MARKS = {MediaKind.PHOTO: "AgACAgUAAx", MediaKind.DOCUMENT: "BQACAgUAAx"}
# Telegram keeps smaller copies of a photo: `m` within 320 pixels, `x` within 800; the real size comes last.
_SMALLER = (320, 800)
_TITLES = {MediaKind.PHOTO: "Photo", MediaKind.DOCUMENT: "Document"}


def read_media(state: State, params: Params, reference: str, field: str, kind: MediaKind) -> Media:
    """The attachment meant by a field, an `attach://` name, a file id or an address; raises ApiError.

    `field` is the parameter that may carry the upload itself.
    """
    upload = params.upload(reference if reference.startswith("attach://") else field)
    if upload is not None:
        return _store(state, upload, kind)
    if not reference:
        raise bad_request(f"there is no {kind.value} in the request")
    if reference.startswith(("http://", "https://")):
        # The simulator fetches nothing from outside.
        raise bad_request("failed to get HTTP URL content")
    if reference.startswith("attach://"):
        raise bad_request("can't parse input media: file not found")
    return _known(state, reference, kind)


def find_file(state: State, file_id: str) -> StoredFile:
    """The stored file of this id, for download; raises ApiError 400."""
    if not file_id:
        raise bad_request("file_id not specified")
    file = state.files.get(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file


def _known(state: State, file_id: str, kind: MediaKind) -> Media:
    file = state.files.get(file_id)
    if file is None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", file_id):
            raise bad_request("wrong remote file identifier specified: Wrong character in the string")
        raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    if file.kind is not kind:
        raise bad_request(f"can't use file of type {_TITLES[file.kind]} as {_TITLES[kind]}")
    if kind is MediaKind.DOCUMENT:
        return Media(kind, (file_id,))
    family = sorted(
        (other for other in state.files.values() if other.path == file.path), key=lambda other: other.width or 0
    )
    return Media(kind, tuple(other.file_id for other in family))


def _store(state: State, upload: Upload, kind: MediaKind) -> Media:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > (MAX_PHOTO if kind is MediaKind.PHOTO else MAX_DOCUMENT):
        raise ApiError(413, "Request Entity Too Large")
    number = len(state.files) + 1
    if kind is MediaKind.DOCUMENT:
        mime = upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        suffix = "." + upload.name.rsplit(".", 1)[-1] if "." in upload.name else ""
        path = f"documents/file_{number}{suffix if suffix[1:].isalnum() else ''}"
        return Media(kind, (_put(state, upload, kind, path, None, mime).file_id,))
    size = picture_size(upload.data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if not size.has_valid_dimensions:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    path = f"photos/file_{number}.jpg"
    longest = max(size.width, size.height)
    sizes = [_scaled(size, limit / longest) for limit in _SMALLER if limit < longest] + [size]
    return Media(kind, tuple(_put(state, upload, kind, path, each, upload.mime).file_id for each in sizes))


def _scaled(size: PictureSize, factor: float) -> PictureSize:
    return PictureSize(max(1, round(size.width * factor)), max(1, round(size.height * factor)))


def _put(state: State, upload: Upload, kind: MediaKind, path: str, size: PictureSize | None, mime: str) -> StoredFile:
    seed = f"{path}:{size}:{len(state.files)}".encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(seed).digest()).decode().rstrip("=")
    file = StoredFile(
        file_id=_MARKS[kind] + digest,
        unique_id="AQAD" + digest[:12],
        kind=kind,
        path=path,
        data=upload.data,
        name=upload.name,
        mime=mime,
        width=size.width if size else None,
        height=size.height if size else None,
    )
    state.put(file)
    return file
