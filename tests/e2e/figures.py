"""Reading what a bot tells about itself over HTTP."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Figures:
    """What /metrics said: name of a sample → its labels → its value."""

    text: str
    samples: dict[str, dict[Labels, float]]

    def of(self, name: str, **labels: str) -> float:
        """The value of the one sample with exactly these labels."""
        return self.samples[name][frozenset(labels.items())]

    def sum_of(self, name: str, **labels: str) -> float:
        """The values of all samples with these labels, together."""
        wanted = set(labels.items())
        return sum(value for own, value in self.samples[name].items() if wanted <= own)


def read(text: str) -> Figures:
    """Read the text format as Prometheus does."""
    samples: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return Figures(text, samples)


async def fetched(port: int, path: str) -> tuple[int, Any]:
    """Get a page of a bot on this machine; return its status and body, JSON as such."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        is_json = response.content_type == "application/json"
        return response.status, await (response.json() if is_json else response.text())


async def figures(port: int) -> Figures:
    """Get /metrics and read it."""
    status, text = await fetched(port, "/metrics")
    assert status == 200
    return read(text)
