"""Talking with officials: one folder a channel, all behind the port in :mod:`bot.channels.base`."""
