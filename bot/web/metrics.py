"""``/metrics`` in Prometheus' text form: what came through each feed, what was turned away, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from bot.describing import Answer, Operation, described
from bot.model.measure import Measure
from bot.web.parts import WebParts


class Metrics:
    """The page that a monitoring system of the operators asks."""

    def __init__(self, parts: WebParts) -> None:
        """Ask ``parts.measures``."""
        self._parts = parts

    @described(Operation("Figures for Prometheus", {200: Answer("Figures.", None, "text/plain")}))
    async def show(self, _request: web.Request) -> web.Response:
        """All figures of this moment."""
        registry = CollectorRegistry()
        registry.register(_Collected(await self._parts.measures()))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


@dataclass(frozen=True, slots=True, eq=False)  # the registry tells collectors apart by identity
class _Collected:
    measures: Sequence[Measure]

    def collect(self) -> Iterator[Metric]:
        for name, family in _by_name(self.measures):
            labels = sorted(dict(family[0].labels))
            kind = CounterMetricFamily if family[0].counts_up else GaugeMetricFamily
            metric = kind(name, family[0].says, labels=labels)
            for measure in family:
                metric.add_metric([dict(measure.labels)[label] for label in labels], measure.value)
            yield metric


def _by_name(measures: Iterable[Measure]) -> Iterator[tuple[str, list[Measure]]]:
    families: dict[str, list[Measure]] = {}
    for measure in measures:
        families.setdefault(measure.name, []).append(measure)
    yield from families.items()
