"""How every test runs: properties try the same examples each time, however busy the machine."""

from hypothesis import settings

settings.register_profile("hoidap", deadline=None, derandomize=True)
settings.load_profile("hoidap")
