"""What may be taken from an alert: where it is said to happen, and nothing else.

Numbers of victims, causes, names and amounts come from people who vouch for them (reference/domain.md §3.2). A place
that carries any of these is no place: then a person says where.
"""

from __future__ import annotations

import re

from bot.drafting.values import clean

LONGEST_PLACE = 80
"""Characters of a reported place; whatever is longer tells a story."""

_NUMBERED = (
    r"thôn|tổ(?: dân phố)?|ấp|xóm|bản|khu(?: phố| vực| vực dân cư)?|phường|quận|đường|phố|ngõ|ngách|hẻm|số(?: nhà)?|"
    r"quốc lộ|ql|tỉnh lộ|tl|đt|dt|hương lộ|km|cầu|kênh|lô|đội|tiểu khu|cụm|trạm"
)
"""Words after which a number names a place."""

_ADDRESS_NUMBER = re.compile(
    rf"(?<!\w)(?:{_NUMBERED})\.?\s*(?:số\s*)?\d{{1,4}}[A-Za-zĐđ]?(?!\w)(?!\s*(?:người|nạn))", re.IGNORECASE
)
_TELLS = re.compile(
    r"\b(?:người|nạn nhân|công nhân|học sinh|chết|tử vong|thiệt mạng|bị thương|mất tích|nhập viện|ngộ độc|nguyên nhân|"
    r"lỗi|nghi|tỷ|tỉ|triệu|nghìn|đồng|vnd|usd|dead|deaths|killed|injured|missing|victims?|people|because)\b|(?-i:\b(?:ông|bà|anh|chị|em|cháu)\s)",
    re.IGNORECASE,
)


def reported_place(text: str | None) -> str | None:
    """The place as an alert reports it, cleaned; None where it tells more than where."""
    place = clean(text or "")
    if not place or len(place) > LONGEST_PLACE or _TELLS.search(place):
        return None
    return None if any(c.isnumeric() for c in _ADDRESS_NUMBER.sub("", place)) else place
