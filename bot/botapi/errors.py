"""What a refused call is: the one exception every method raises, and Telegram's wording rules.

Knows the envelope's error part and nothing of chats or messages. The wording rules are those of
``Client::fail_query_with_error`` in tdlib/telegram-bot-api: a prefix by code, then the message
with its first letter lowered unless the second one is a capital or an underscore (so TDLib's
"Message is too long" reads "message is too long" while "QUOTE_TEXT_INVALID" stays as it is).
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal, as the JSON envelope carries it.

    Args:
        code: The HTTP status and ``error_code``, 400-599.
        description: The whole ``description``, prefix included.
        parameters: ``ResponseParameters`` (``retry_after``, ``migrate_to_chat_id``) or nothing.
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object sent with the status."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(message: str) -> ApiError:
    """A 400 in Telegram's wording, from TDLib's message."""
    return ApiError(400, f"Bad Request: {_lowered(message)}")


def forbidden(message: str) -> ApiError:
    """A 403; ``message`` is used as it is."""
    return ApiError(403, f"Forbidden: {message}")


def too_many_requests(seconds: int) -> ApiError:
    """A 429; the server adds the ``Retry-After`` header from ``parameters``."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _lowered(message: str) -> str:
    second = message[1:2]
    if second == "_" or ("A" <= second <= "Z"):
        return message
    return message[:1].lower() + message[1:]
