"""HTTP: what the bot serves, and how it calls Telegram."""
