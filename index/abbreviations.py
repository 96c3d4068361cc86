"""How people write in a chat, spelled out: `ko dc nc` → `không được nước`, `quáááá` → `quá`, `#CháyChợ` → `Cháy Chợ`.

Only what has one usual meaning is in the table: `ca` is a shift, a case and the police, `tt` a dozen things, and both
stay. The letters view reads texts through it, so that a chat and a headline share their words.
"""

from __future__ import annotations

import re
from typing import Final

_TABLE: Final = """
ae anh em | bhyt bảo hiểm y tế | bik biết | bs bác sĩ | bt biết | bv bệnh viện | cccd căn cước công dân | ce chị em
ck chuyển khoản | csgt cảnh sát giao thông | cty công ty | cx cũng | dc được | dk được | fb facebook | gv giáo viên
hnay hôm nay | hok không | hong không | hqua hôm qua | hs học sinh | ib nhắn tin | j gì | k không | kcn khu công nghiệp
kh không | khg không | ko không | ks khách sạn | lun luôn | mik mình | mk mình | mn mọi người | mng mọi người | nc nước
ng người | nta người ta | ntn như thế nào | nv nhân viên | oto ô tô | pccc phòng cháy chữa cháy | ph phụ huynh
ql quốc lộ | r rồi | sdt số điện thoại | stk số tài khoản | sv sinh viên | tgian thời gian | thcs trung học cơ sở
thpt trung học phổ thông | tk tài khoản | tngt tai nạn giao thông | trc trước | ubnd ủy ban nhân dân | vs với | wa quá
xm xe máy | đc được | đk được | sđt số điện thoại
"""
ABBREVIATIONS: Final[dict[str, str]] = {
    short: spelled
    for line in _TABLE.strip().splitlines()
    for short, spelled in (entry.strip().split(" ", 1) for entry in line.split("|"))
}

_WORD: Final = re.compile(r"[^\W_]+")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_HUMP: Final = re.compile(r"(?<=[^\W\d_])(?=[A-ZĐÁÀẢÃẠÂĂÉÊÍÓÔƠÚƯÝ][a-zà-ỹ])")


def spelled_out(text: str) -> str:
    """The text with abbreviations spelled out, stretched letters cut to one and joined capitals parted."""
    parted = _HUMP.sub(" ", _STRETCHED.sub(r"\1", text))
    return _WORD.sub(lambda word: ABBREVIATIONS.get(word.group().lower(), word.group()), parted)
