"""Alerts → incidents: which open incident a new alert belongs to, and why.

Pure: the open incidents' sketches go in, a decision with a reason comes out. A sketch is all that grouping remembers of
an incident; it is bounded however many alerts join.
"""

from bot.grouping.decision import Decision, decide
from bot.grouping.growth import grow, opening_growth
from bot.grouping.sketch import Kept, Sketch, absorb, pack, sketch, unpack

__all__ = ["Decision", "Kept", "Sketch", "absorb", "decide", "grow", "opening_growth", "pack", "sketch", "unpack"]
