"""The size of a picture, read from its first bytes: PNG, JPEG, GIF, WebP and BMP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Start-of-frame markers of JPEG (ITU T.81, table B.1): they carry height and width.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class PictureSize:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def has_valid_dimensions(self) -> bool:
        """Whether Telegram takes it as a photo: width + height ≤ 10000, neither more than 20 times the other."""
        short, long = sorted((self.width, self.height))
        return short > 0 and short + long <= 10_000 and long <= 20 * short


def picture_size(data: bytes) -> PictureSize | None:
    """The size of the picture, None if this is none that we know."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return PictureSize(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return PictureSize(int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp_size(data)
    if data[:2] == b"BM" and len(data) >= 26:
        height = int.from_bytes(data[22:26], "little", signed=True)
        return PictureSize(int.from_bytes(data[18:22], "little"), abs(height))
    return None


def _jpeg_size(data: bytes) -> PictureSize | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return PictureSize(int.from_bytes(width, "big"), int.from_bytes(height, "big"))
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp_size(data: bytes) -> PictureSize | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = data[26:28], data[28:30]
            return PictureSize(int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF)
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return PictureSize((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            return PictureSize(int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
        case _:
            return None
