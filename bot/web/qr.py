"""Pictures that a phone's camera reads, drawn here: no other server hears what is in them."""

from __future__ import annotations

import segno


def as_data_uri(words: str) -> str:
    """A QR code (ISO/IEC 18004) as SVG for an ``<img>``: dark on light whatever the page's colours, with its margin."""
    code = segno.make(words, error="m", micro=False)
    return code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
