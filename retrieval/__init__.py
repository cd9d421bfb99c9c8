"""Question answering over documents by exact, cited passages.

Owns reading, splitting, indexing, ranking and citing. Refuses to know Telegram, asyncio, the
network and the environment: everything it needs is passed in.
"""
