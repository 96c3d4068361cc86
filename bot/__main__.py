"""``python -m bot`` is the command ``keng``."""

from bot.cli import main

main()
