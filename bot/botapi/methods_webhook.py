"""The methods about the webhook, and the kinds of update that the bot wants.

``posting`` posts to it. Plain http is taken on this machine only, as tests need it.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from bot.botapi.content import JSON
from bot.botapi.errors import bad_request
from bot.botapi.parameters import Params
from bot.botapi.queries import Webhook
from bot.botapi.updates import KINDS
from bot.botapi.world import World

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS = frozenset({None, 80, 88, 443, 8443})


def set_webhook(world: World, params: Params) -> bool:
    """``setWebhook``: updates are then posted there, those already waiting too."""
    url, secret = params.text("url"), params.text("secret_token")
    _check_url(url)
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    allow_kinds(world, params)
    if url:
        world.updates.interrupt("Conflict: terminated by setWebhook request")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    world.webhook = Webhook(url, secret, connections, params.text("ip_address"))
    world.signal.notify()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """``deleteWebhook``."""
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook = Webhook()
    world.signal.notify()
    return True


def get_webhook_info(world: World, params: Params) -> JSON:
    """``getWebhookInfo``."""
    hook = world.webhook
    info: JSON = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
        "allowed_updates": sorted(world.updates.allowed),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = hook.ip_address or "<unknown>"
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return info


def _check_url(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not host:
        raise bad_request("invalid webhook URL specified")
    if host in _LOOPBACK:
        return
    if parts.scheme == "http":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def allow_kinds(world: World, params: Params) -> None:
    """Reads ``allowed_updates``, which stay as they are when it is not given."""
    if "allowed_updates" not in params.values:
        return
    try:
        kinds = json.loads(params.text("allowed_updates"))
    except ValueError:
        kinds = None
    if not isinstance(kinds, list):
        world.violation("allowed_updates is not a JSON list")
        return
    for kind in kinds:
        if kind not in KINDS:
            world.violation(f"unknown kind of update {kind!r}")
    world.updates.allow([str(kind) for kind in kinds])
