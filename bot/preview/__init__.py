"""The bot in a browser: the real bot against an embedded Telegram, on this machine alone."""
