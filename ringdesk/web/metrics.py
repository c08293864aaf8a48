"""`/metrics` in Prometheus' text format: counted where it happens, read out here."""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ringdesk.web.services import Services


class _House:
    """A collector: prometheus_client asks it at every scrape."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def collect(self) -> Iterator[Metric]:
        listener, push = self.services.listener, self.services.push
        up = listener.link.status.value == "up"
        yield GaugeMetricFamily("ringdesk_pbx_link_up", "1 while events are followed", value=float(up))
        yield GaugeMetricFamily("ringdesk_live_calls", "Calls that run now", value=len(listener.world.tracks))
        yield GaugeMetricFamily("ringdesk_sockets", "Connected browser tabs and programs", value=len(push.sockets))
        yield GaugeMetricFamily("ringdesk_inbox_events", "Events waiting to be applied", value=len(listener.inbox.waiting))
        yield CounterMetricFamily("ringdesk_ami_events", "Events received", value=listener.counters.events)
        yield CounterMetricFamily("ringdesk_ami_events_dropped", "Events that did not fit", value=listener.inbox.dropped)
        refused = CounterMetricFamily("ringdesk_ami_messages_refused", "Messages that could not be used", labels=["reason"])
        refused.add_metric(["oversized"], listener.counters.oversized)
        refused.add_metric(["malformed"], listener.counters.malformed)
        refused.add_metric(["failed"], listener.counters.failed_callbacks)
        yield refused
        anomalies = CounterMetricFamily("ringdesk_tracker_anomalies", "Events that contradicted what was known", labels=["kind"])
        for kind, count in listener.world.anomalies.items():
            anomalies.add_metric([kind], count)
        yield anomalies
        yield CounterMetricFamily("ringdesk_handler_failures", "Fact handlers that raised", value=listener.bus.failures)
        yield CounterMetricFamily("ringdesk_pushes", "Messages pushed to rooms", value=push.sent)
        yield CounterMetricFamily("ringdesk_slow_browsers_dropped", "Sockets dropped for not reading", value=push.dropped_slow)


def exposition(services: Services) -> tuple[bytes, str]:
    """The body and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House(services))
    return generate_latest(registry), CONTENT_TYPE_LATEST
