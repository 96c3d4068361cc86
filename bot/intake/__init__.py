"""HTTP in: who is calling, what do they say, and is it safely stored before we answer.

``POST /v1/alerts`` → signature → format → one transaction with everything in it → 202. What cannot be understood is
kept in quarantine with the reason; nothing that was accepted can be lost any more.
"""

from bot.intake.feeds import FeedConfig
from bot.intake.http import Intake, add_routes

__all__ = ["FeedConfig", "Intake", "add_routes"]
