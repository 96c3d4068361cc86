"""A Telegram Bot API server of our own, with a page of phones: for the demo, for drills, for tests.

It imports nothing else of the product, runs on loopback only, and follows Telegram's own server in what it refuses.
"""

from bot.simulator.calls import Expected
from bot.simulator.cast import DEFAULT_CAST, Cast, read_cast
from bot.simulator.clock import SimulatorClock
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.flood import FloodLimits
from bot.simulator.simulator import DEFAULT_TOKEN, Simulator

__all__ = [
    "DEFAULT_CAST",
    "DEFAULT_TOKEN",
    "Cast",
    "Expected",
    "Fault",
    "FaultKind",
    "FloodLimits",
    "Simulator",
    "SimulatorClock",
    "read_cast",
]
