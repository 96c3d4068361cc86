"""The parts of the story that :mod:`bot.workflows` tells, and the mechanics that let it go on after a kill."""
