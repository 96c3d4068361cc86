"""The sign-off page: what the link in a letter opens. Looking changes nothing; deciding takes a form and a code.

``door`` answers the link itself, ``room`` shows the words and takes the acts, ``view`` reads what the room shows,
``render`` writes the pages. ``factor_door`` and ``factor_room`` are the same for enrolling a second factor by letter
(ADR 0032). Everything works without JavaScript and asks no other server for anything.
"""

from bot.web.signoff.parts import SignoffParts
from bot.web.signoff.routes import add_routes

__all__ = ["SignoffParts", "add_routes"]
