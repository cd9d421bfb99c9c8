"""`python -m tests.release.pins`: the image gets the versions that are installed here."""

from tests.release.packages import PINS, pins, runtime_packages

if __name__ == "__main__":
    PINS.write_text(pins(runtime_packages()), encoding="utf-8")
    print(f"{PINS}: {len(runtime_packages())} packages")
