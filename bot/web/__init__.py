"""What the bot serves over HTTP. The only importers of aiohttp."""
