"""Alerts → incidents: which open incident a new alert belongs to, and why.

    names, pages    what tells one matter's places and sources from another's
    hearing         what one alert says, as it is compared            hear(alert, reading) → Said
    sketch          all that is remembered of an incident, bounded    absorb, pack, unpack
    evidence        what speaks for and against each open incident    weights: what it is worth, fitted
    decision        the likeliest, with its reason                    decide
    portion         many alerts in a row, as if each came alone       join_in_turn
    placing         read, decide, join, in one transaction
    silencing       held back by a silence where it would open a case, in one transaction
    growth          what the card shows of the alerts that joined
    telling         when people are told again that a matter grew
    regroup         growth and sketch when a person moves alerts from one incident to another

Pure but for placing and silencing: the open incidents' sketches go in, a decision with a reason comes out.
"""

from bot.grouping.decision import Decision, decide
from bot.grouping.growth import grow, opening_growth
from bot.grouping.hearing import Said, hear
from bot.grouping.sketch import Kept, Sketch, absorb, pack, unpack

__all__ = ["Decision", "Kept", "Said", "Sketch", "absorb", "decide", "grow", "hear", "opening_growth", "pack", "unpack"]
