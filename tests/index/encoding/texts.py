"""Texts of every kind that an alert may be made of, to hold one engine against another by."""

from __future__ import annotations

TEXTS = [
    "Hơn 40 công nhân nhập viện sau bữa trưa",
    "nuoc may co mui la, ca khu pho khong dam dung",
    "Dozens of workers hospitalised after lunch at the canteen",
    "Xả lũ lúc nửa đêm, hạ du không kịp trở tay!",
    "  Khoảng   trắng\n\tvà dấu xuống dòng ",
    "Cháy chợ 🔥🔥 #chaycho @ai_do",
    "ＦＵＬＬ－ＷＩＤＴＨ １２３ và ﬁ",
    "水质污染,居民不敢饮用自来水",
    "공장에서 화재가 발생했다",
    "ទឹកជំនន់នៅភូមិ",
    "",
    "Sở Y tế: 12/34 ca, 5,6% – theo QĐ số 78/2026/QĐ-UBND…",
    "Người dân phản ánh nước máy có mùi dầu; " * 8,
]
