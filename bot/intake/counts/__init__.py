"""Mention counts come in: read, refused with a reason or taken, and durable before they are answered."""

from bot.intake.counts.http import CountsDoor, add_counts_route

__all__ = ["CountsDoor", "add_counts_route"]
