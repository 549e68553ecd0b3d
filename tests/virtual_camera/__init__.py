"""A Dahua camera for want of one: the wire protocol, and the physics behind it."""

from .camera import VirtualCamera

__all__ = ["VirtualCamera"]
