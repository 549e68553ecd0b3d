"""Telling recorders, which show what the cameras of others see, by their class."""

_CLASSES = {"EVS", "IVSS"}
# NVR, HCVR, XVR, DVR …
_SUFFIX = "VR"


def is_recorder(device_class: str) -> bool:
    """Tell whether a device of a class, as it names that itself, is a recorder."""
    known_as = device_class.strip().upper()
    return known_as.endswith(_SUFFIX) or known_as in _CLASSES
