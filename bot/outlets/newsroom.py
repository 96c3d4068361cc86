"""The newsroom: our own pages. Publishing there is a row of the store, so it can be repeated without harm."""

from __future__ import annotations

from bot.outlets.base import Publication

NAME = "newsroom"


class NewsroomOutlet:
    """Gives a statement its permanent address; the pages themselves are drawn by :mod:`bot.web`."""

    name = NAME
    repeatable = True

    async def publish(self, publication: Publication) -> str:
        """The permanent id under ``/newsroom/``: it names one version and never changes."""
        return f"{publication.incident.id}-{publication.version.version}"
