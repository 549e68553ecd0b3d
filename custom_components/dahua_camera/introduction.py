"""Asking a camera who it is, as an entry's data says how."""

from collections.abc import Mapping
from typing import Any

from .causes import find_cause
from .connection import create_http, create_session
from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .dahua.state import CameraInfo


async def introduce(data: Mapping[str, Any]) -> tuple[CameraInfo | None, DahuaError | None]:
    """Return what a camera tells of itself, or why it does not; None if nobody knows."""
    try:
        async with create_session(data) as session:
            camera = await DahuaCamera.connect(create_http(session, data))
    except DahuaError as error:
        return None, await find_cause(data, error)
    except Exception:  # noqa: BLE001
        LOGGER.exception("Unexpected answer of a camera")
        return None, None
    return camera.info, None
