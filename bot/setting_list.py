"""Every setting as an operator knows it: its name, an example, and what it means."""

from dataclasses import dataclass

from bot.addresses import METRICS_EXAMPLE, PUBLIC_EXAMPLE

DEFAULT_API_BASE = "https://api.telegram.org"
DEFAULT_LISTEN = "127.0.0.1:8443"
DEFAULT_SEND_RATE = 30
"""Messages a second that Telegram takes of any bot (Bots FAQ)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the operator knows it; `deploy/env.example` lists them all."""

    name: str
    example: str
    meaning: str


SETTINGS = (
    Setting(
        "TELEGRAM_BOT_TOKEN", "123456:ABC-your-token", "from @BotFather; only the bot needs it"
    ),
    Setting(
        "HOIDAP_ADMINS",
        "11111111,22222222",
        "Telegram user ids of who runs the bot: documents, invitations, statistics",
    ),
    Setting("HOIDAP_CORPUS", "corpus", "folder of documents"),
    Setting("HOIDAP_DATA", "data", "folder of the index and the database"),
    Setting(
        "HOIDAP_INDEX",
        "milvus",
        "where the index is searched: local for files (as when not set), milvus for a server",
    ),
    Setting(
        "MILVUS_URI",
        "http://127.0.0.1:19530",
        "the Milvus server, or a file ending in .db for Milvus Lite, which one process can open",
    ),
    Setting("MILVUS_TOKEN", "hoidap:a-password", "what the Milvus server asks for: name:password"),
    Setting(
        "HOIDAP_MODEL",
        "intfloat/multilingual-e5-small",
        "another sentence-transformers model: a name on a hub, or a folder",
    ),
    Setting(
        "HOIDAP_RERANKER",
        "BAAI/bge-reranker-v2-m3",
        "a CrossEncoder that reads the best passages again; slower, off when not set",
    ),
    Setting("HOIDAP_LANGUAGE", "vi", "language of the command line and of channels: vi or en"),
    Setting(
        "HOIDAP_ACCESS",
        "closed",
        "who may ask: open to everyone (as when not set), or closed to all but those invited",
    ),
    Setting(
        "HOIDAP_RESTRICTED",
        "nội bộ,mật/",
        "tags, and folders ending in /, of documents shown only where an admin opens them",
    ),
    Setting(
        "HOIDAP_KEEP_QUESTIONS",
        "30",
        "days for which the words of questions are kept, for the digest; not at all when not set",
    ),
    Setting("HOIDAP_RETENTION", "365", "days after which the log of questions is forgotten"),
    Setting("HOIDAP_WATCH", "15", "minutes between looks at the documents; off when not set"),
    Setting(
        "HOIDAP_WEBHOOK_URL",
        "https://bot.example.vn/telegram",
        "where Telegram is to send updates; the bot asks for them itself when not set",
    ),
    Setting(
        "HOIDAP_WEBHOOK_SECRET", "a-long-random-word", "what Telegram must say with every update"
    ),
    Setting(
        "HOIDAP_PUBLIC_URL",
        PUBLIC_EXAMPLE,
        "where people read documents in a browser, linked to by answers; off when not set",
    ),
    Setting("HOIDAP_LISTEN", DEFAULT_LISTEN, "address and port of the webhook and of the reader"),
    Setting(
        "HOIDAP_SEND_RATE",
        str(DEFAULT_SEND_RATE),
        "messages a second in all chats together; Telegram refuses more unless you pay for it",
    ),
    Setting(
        "HOIDAP_METRICS",
        METRICS_EXAMPLE,
        "address and port of /healthz, /readyz and /metrics; off when not set",
    ),
    Setting(
        "HOIDAP_METRICS_PUBLIC",
        "yes",
        "yes where HOIDAP_METRICS is to be reached from other machines, as in a container",
    ),
    Setting("HOIDAP_LOG", "json", "how logs are written: text (as when not set) or json lines"),
    Setting("TELEGRAM_API_BASE", DEFAULT_API_BASE, "root of a Bot API server of your own"),
)


SECRETS = ("TELEGRAM_BOT_TOKEN", "HOIDAP_WEBHOOK_SECRET", "MILVUS_TOKEN")
"""What no other process needs to know; but for the last, one that builds."""
