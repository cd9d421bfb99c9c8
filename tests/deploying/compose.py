"""What is wrong with a Compose file by the rules of deploy/."""

import re
from collections.abc import Iterator
from typing import Any

Service = dict[str, Any]

_WANTED = ("mem_limit", "cpus", "pids_limit", "healthcheck", "logging", "restart")
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD")


def faults(compose: dict[str, Any]) -> list[str]:
    """Return one sentence for each rule that a service breaks."""
    return [
        f"{name}: {fault}"
        for name, service in compose["services"].items()
        for fault in _faults(service, set(compose.get("volumes", ())))
    ]


def _faults(service: Service, volumes: set[str]) -> Iterator[str]:
    if service.get("read_only") is not True:
        yield "its root can be written"
    if service.get("cap_drop") != ["ALL"]:
        yield "it keeps capabilities"
    if not set(service.get("cap_add", ())) <= {"NET_BIND_SERVICE"}:
        yield "it is given capabilities"
    if "no-new-privileges:true" not in service.get("security_opt", ()):
        yield "it can gain privileges"
    if service.get("privileged") or service.get("network_mode") == "host" or "pid" in service:
        yield "it is not apart from its host"
    yield from (f"it has no {name}" for name in _WANTED if name not in service)
    yield from (f"{name} stands in the file" for name in _secrets(service))
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        if source not in volumes and not volume.endswith(":ro"):
            yield f"it can write {source} of its host"
        if source.startswith("/var/run") or "docker.sock" in volume:
            yield "it rules its host"
    if "build" not in service and not re.search(r":\d+\.\d+\.\d+", service.get("image", "")):
        yield "its image moves"


def _secrets(service: Service) -> Iterator[str]:
    for name, value in service.get("environment", {}).items():
        if _SECRET.search(name) and not str(value).startswith("${"):
            yield name
