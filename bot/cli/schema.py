"""The store as commands need it: there, and with the schema of this release.

A command of a new release must not change the schema under a Keng of the release before it that still runs: what that
one writes then would no longer fit. Where nobody works on the store, it is brought up to date as by a start.
"""

from __future__ import annotations

import asyncio

from bot.cli.reading import has_store
from bot.settings import Settings
from bot.store.database import StoreUnavailable


class EarlierStore(StoreUnavailable):
    """A Keng of an earlier release works on the store: the restart brings it up to date."""


async def ready(settings: Settings) -> None:
    """Return once the store can be read and written by this release.

    Raises:
        StoreUnavailable: there is none yet, or it cannot be reached.
        EarlierStore: a Keng of an earlier release works on it.
        NewerStore: a later release worked on it.
    """
    from bot.keeping.restore import refuse_where_somebody_works
    from bot.store.database import sync_url
    from bot.store.instance_lock import AnotherInstance, InstanceLock
    from bot.store.migrate import newest_revision, schema_of, upgrade_async

    url = settings.resolved_database_url
    found = await asyncio.to_thread(schema_of, url) if has_store(settings) else None
    if found is None:
        raise StoreUnavailable(none_yet(settings))
    if found == newest_revision():
        return
    kind = sync_url(url).get_backend_name()
    lock = InstanceLock(settings.data_dir / "keng.lock")
    try:
        if kind == "sqlite":
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            lock.take()
        await refuse_where_somebody_works(url, kind)
        await upgrade_async(url)
    except AnotherInstance as error:
        schemas = f"schema {found}, this command is of {newest_revision()}"
        raise EarlierStore(
            f"the store is an earlier release's ({schemas}), and a Keng works on it: restart that one with this "
            f"release first, it brings the store up to date ({error})"
        ) from error
    finally:
        lock.release()


def none_yet(settings: Settings) -> str:
    """Where no store was found, and what to do."""
    from bot.store.database import sync_url

    url = sync_url(settings.resolved_database_url)
    if url.get_backend_name() != "sqlite":
        return f"database_url: nothing is in {url.database!r} yet; the first `keng serve` makes it"
    from pathlib import Path

    return (
        f"{Path(url.database or '').absolute()}: there is no store yet; the first `keng serve` makes it. If Keng runs, "
        "this command reads other settings than the service: give it --config, or KENG_CONFIG and KENG_DATA_DIR"
    )
