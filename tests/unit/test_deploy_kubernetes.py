"""The Kubernetes manifests: of the shape of their kinds, locked, and of one pod."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.release.packages import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
Manifest = dict[str, Any]


def manifests(name: str) -> list[Manifest]:
    """The manifests in a file."""
    return list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))


def of_kind(kind: str, found: list[Manifest]) -> list[Manifest]:
    """Those of one kind."""
    return [one for one in found if one["kind"] == kind]


POLLING, WEBHOOK = manifests("polling.yaml"), manifests("webhook.yaml")
(PATCH,) = manifests("webhook-patch.yaml")
ALL = POLLING + WEBHOOK
(SET,) = of_kind("StatefulSet", POLLING)


def patched() -> Manifest:
    """The StatefulSet as `kubectl patch` leaves it: lists go together by what names their parts."""
    whole = copy.deepcopy(SET)
    (container,) = whole["spec"]["template"]["spec"]["containers"]
    (added,) = PATCH["spec"]["template"]["spec"]["containers"]
    assert added["name"] == container["name"]
    assert added.keys() == {"name", "env", "ports"}
    container["env"] = container.get("env", []) + added["env"]
    numbers = {one["containerPort"]: one for one in container["ports"] + added["ports"]}
    container["ports"] = list(numbers.values())
    return whole


def pods(found: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """(name, specification) of every pod that the manifests start."""
    for one in found:
        if "template" in one.get("spec", {}):
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


@pytest.mark.parametrize("one", [*ALL, patched()], ids=lambda one: f"{one['kind']}")
def test_the_shape_of_their_kinds(one: Manifest) -> None:
    """Every field of a manifest is one that Kubernetes knows, of the type that it wants."""
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="kubernetes-validate, which has the schemas, is not installed"
    )
    schemas.validate(one, schemas.latest_version(), strict=True)
    assert {"apiVersion", "kind", "metadata"} <= one.keys()


def test_a_field_that_is_not_known() -> None:
    """A misspelt field is found, though Kubernetes itself might let it pass."""
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="kubernetes-validate, which has the schemas, is not installed"
    )
    wrong = copy.deepcopy(SET)
    wrong["spec"]["template"]["spec"]["securityContexts"] = {}
    with pytest.raises(schemas.ValidationError):
        schemas.validate(wrong, schemas.latest_version(), strict=True)


def test_one_pod() -> None:
    """Whatever starts the bot starts one, and never a second before the first is gone."""
    started = [one for one in ALL if "template" in one.get("spec", {})]
    assert [one["kind"] for one in started] == ["StatefulSet"]
    assert started[0]["spec"]["replicas"] == 1
    assert "replicas" not in PATCH["spec"]
    assert of_kind("HorizontalPodAutoscaler", ALL) == []


def test_pods_are_restricted() -> None:
    """Pods keep the "restricted" pod security standard, and write to volumes alone."""
    for _, pod in pods(ALL):
        context = pod["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] == context["fsGroup"] == 10001
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert not any("hostPath" in volume for volume in pod["volumes"])
        for container in pod["initContainers"] + pod["containers"]:
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert "privileged" not in own


def test_pods_are_bounded_and_pinned() -> None:
    """Every container has requests, limits and an image whose version is named."""
    for _, pod in pods(ALL):
        for container in pod["initContainers"] + pod["containers"]:
            assert container["resources"].keys() == {"requests", "limits"}
            assert container["resources"]["limits"].keys() == {"cpu", "memory"}
            tag = container["image"].rpartition(":")[2]
            assert tag.count(".") == 2


def test_probes_ask_a_port_that_is_there() -> None:
    """Start and life are asked of /healthz, readiness of /readyz, on the port of the setting."""
    (config,) = of_kind("ConfigMap", POLLING)
    (container,) = SET["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert config["data"]["HOIDAP_METRICS"] == f"0.0.0.0:{ports['metrics']}"
    asked = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness")}
    assert set(map(str, asked.values())) == {str({"path": "/healthz", "port": "metrics"})}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "metrics"}


def test_what_is_kept_is_on_disks_of_one_pod() -> None:
    """Documents, index and database are on volumes that two pods cannot have at once."""
    claims = SET["spec"]["volumeClaimTemplates"]
    modes = {claim["metadata"]["name"]: claim["spec"]["accessModes"] for claim in claims}
    assert modes == {"data": ["ReadWriteOncePod"], "corpus": ["ReadWriteOncePod"]}
    (container,) = SET["spec"]["template"]["spec"]["containers"]
    mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert mounts == {"corpus": "/corpus", "data": "/data", "tmp": "/tmp"}  # noqa: S108


def test_no_secret_is_written_down() -> None:
    """Tokens come from a Secret that somebody makes; no manifest has one."""
    assert of_kind("Secret", ALL) == []
    for one in of_kind("ConfigMap", ALL):
        assert not any("TOKEN" in name or "SECRET" in name for name in one["data"])
    (container,) = patched()["spec"]["template"]["spec"]["containers"]
    assert {"secretRef": {"name": "hoidap"}} in container["envFrom"]
    told = {one["name"]: one for one in container["env"]}
    assert told["HOIDAP_WEBHOOK_SECRET"].keys() == {"name", "valueFrom"}


def test_selectors_find_the_pod() -> None:
    """Services, policies and the set itself choose by labels that the pod has."""
    labels = SET["spec"]["template"]["metadata"]["labels"]
    chosen = [SET["spec"]["selector"]["matchLabels"]]
    chosen += [one["spec"]["selector"] for one in of_kind("Service", ALL)]
    chosen += [one["spec"]["podSelector"]["matchLabels"] for one in of_kind("NetworkPolicy", ALL)]
    assert [one for one in chosen if one != labels] == []
    assert len(chosen) == 5


def test_the_way_of_an_update() -> None:
    """From the Ingress by the Service to the port that the pod listens on, under the URL's path."""
    (ingress,), (service,) = of_kind("Ingress", WEBHOOK), of_kind("Service", WEBHOOK)
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    (container,) = patched()["spec"]["template"]["spec"]["containers"]
    told = {one["name"]: one.get("value") for one in container["env"]}
    assert told["HOIDAP_WEBHOOK_URL"] == f"https://{rule['host']}{path['path']}"
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert told["HOIDAP_LISTEN"] == f"0.0.0.0:{ports[service['spec']['ports'][0]['targetPort']]}"
