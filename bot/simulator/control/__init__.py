"""The control interface `/_sim/…`: what tests, drills and the page of phones use. Described in docs/simulator.md."""

from bot.simulator.control.routes import Control

__all__ = ["Control"]
