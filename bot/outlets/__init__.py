"""Where approved words go: one module an outlet, all behind the port in :mod:`bot.outlets.base`."""
