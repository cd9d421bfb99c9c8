"""Logs: one line an event, an event name and fields; never a token, never a question's text."""

import logging
import sys
import warnings


class _WithoutSecrets(logging.Formatter):
    """Formats as usual, then takes known secrets out of whatever came together."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def configure_logging(level: int = logging.INFO, secrets: tuple[str, ...] = ()) -> None:
    """Send logs to standard error; `secrets` never appear in them, tracebacks included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutSecrets(tuple(secret for secret in secrets if secret)))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A Bot API URL has the token in it, and clients may log any URL: aiohttp is the bot's own, the
    # next two are PTB's and fetch models too. The last one logs its loading.
    for name in ("aiohttp", "httpx", "httpcore", "faiss.loader"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It logs answers that it cannot read whole, with what people wrote; it raises as well.
    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
    # PTB's advice where a method is called by its name, which is deliberate (`sending`, `polling`).
    warnings.filterwarnings("ignore", "Please use 'Bot")
