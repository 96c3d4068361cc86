"""``/metrics`` for Prometheus: figures read from the store when they are asked for, and the process's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import structlog
from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.model.figure import Figure
from bot.store.database import StoreUnavailable
from bot.web.parts import WebParts

log = structlog.get_logger(__name__)

STORE_UP = "keng_store_up"


class Metrics:
    """The page that monitoring asks."""

    def __init__(self, parts: WebParts) -> None:
        """Ask ``parts.figures``, in one transaction that reads."""
        self._parts = parts

    async def show(self, _request: web.Request) -> web.Response:
        """200 also while the store is away: then it says so, and what the process knows of itself."""
        figures: list[Figure] = []
        up = 1.0
        try:
            async with self._parts.database.read() as tx:
                now = self._parts.clock.now()
                figures = [figure for ask in self._parts.figures for figure in await ask(tx, now)]
        except StoreUnavailable as error:
            log.warning("metrics_without_the_store", error=str(error))
            up = 0.0
        figures.append(Figure(STORE_UP, "1 while the database answers.", up))
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Told(figures))
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Told(Collector):
    """Figures as Prometheus's client reads them; those of one name are one family."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = tuple(figures)

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._figures:
            if figure.name not in families:
                families[figure.name] = GaugeMetricFamily(figure.name, figure.help, labels=tuple(figure.labels))
            families[figure.name].add_metric(list(figure.labels.values()), figure.value)
        yield from families.values()
