"""Keng: the crisis-communication desk of a provincial government, in a chat.

The way of an alert is told end to end in :mod:`bot.workflows`; every other module is one stage, one port or one part.
"""

__version__ = "0.1.0"
