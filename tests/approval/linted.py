"""Statements that the shipped lint rules pass, warn of and block."""

FULL = """THÔNG TIN BAN ĐẦU (số 1) – 2h00 ngày 23/11/2026

Tỉnh đã tiếp nhận thông tin về mùi lạ trong nước. {said}

Đến 2h00, đã lấy mẫu. Nội dung đang được xác minh: nguồn gây mùi.

Tỉnh sẽ thông tin tiếp trước 6h00 ngày 23/11/2026.

Đường dây nóng: 0200 3000 120.

Người phát ngôn Nguyễn Văn Phát"""
CLEAN = FULL.format(said="Chúng tôi chia sẻ sự lo lắng của người dân.")
BLOCKED = FULL.format(said="Nhiều khả\u200b năng do xả trộm.")
WARNED = FULL.format(said="Sự cố không đáng lo.")
