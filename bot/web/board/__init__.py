"""The newsroom's internal board: what officials see of all matters at once, on a phone, by a link of their own.

``door`` answers the link, ``room`` shows the board and its pictures, ``view`` reads what is shown, ``render`` writes
the pages. Everything works without JavaScript and asks no other server for anything (ADR 0030).
"""

from bot.web.board.parts import BoardParts
from bot.web.board.routes import add_routes

__all__ = ["BoardParts", "add_routes"]
