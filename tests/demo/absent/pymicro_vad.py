"""Stands in for a library of Home Assistant's voice assistant that has no wheel for Python 3.14.

The page cannot load without it, although nothing in the demo listens.
"""


class MicroVad:
    """Hears nothing."""
