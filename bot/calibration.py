"""Which calibration goes with the model in use."""

from pathlib import Path

from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE
from retrieval.fusion import Calibration


def calibration_for(model: str | None) -> Calibration:
    """Return the calibration that lies in the model's folder, else what can be said without one."""
    if model is not None and (own := Path(model).expanduser() / CALIBRATION_FILE).is_file():
        return Calibration.load(own)
    bundled = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    return bundled if model is None else bundled.uncalibrated()
