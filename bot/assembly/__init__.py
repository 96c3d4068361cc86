"""What the settings ask for, put together: channels, outlets, pages, feeds and the desk. :mod:`bot.app` starts it."""
