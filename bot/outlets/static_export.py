"""The newsroom as a folder of files for another web server. Writing it again brings out the same: it is repeatable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.outlets.base import NotDelivered, Publication

NAME = "static_export"

RETRY_SECONDS = 30.0
"""When to try again after a full disk or a folder that is not there; a person may have made room."""


class FolderRefused(Exception):
    """The folder must not be written to: it holds something that is not an exported newsroom."""


class StaticExportOutlet:
    """Writes the whole newsroom with the new statement in it; ``export`` returns where the statement is."""

    name = NAME
    repeatable = True

    def __init__(self, export: Callable[[Publication], Awaitable[str]]) -> None:
        """Write with ``export``, which raises :class:`FolderRefused`, or OSError when nothing was changed."""
        self._export = export

    async def publish(self, publication: Publication) -> str:
        """Write the folder anew; readers see the old one until the new one is whole.

        Raises:
            NotDelivered: the folder is as it was.
        """
        try:
            return await self._export(publication)
        except FolderRefused as error:
            raise NotDelivered(str(error), retry_after=None) from error
        except OSError as error:
            raise NotDelivered(error.strerror or type(error).__name__, retry_after=RETRY_SECONDS) from error
