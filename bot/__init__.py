"""The hoidap command and Telegram bot: everything asynchronous and everything a person sees."""

from importlib.metadata import version

__version__ = version("hoidap")
