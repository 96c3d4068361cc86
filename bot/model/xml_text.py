"""Which characters XML cannot carry, whatever is done to them (XML 1.0, production 2: Char)."""

from __future__ import annotations

import re
from typing import Final

NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
