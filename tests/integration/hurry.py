"""All times of a camera and its client made short, in proportion, for tests that live long."""

from aiohttp import ClientTimeout
import pytest

from custom_components.dahua_camera import verification
from custom_components.dahua_camera.dahua import event_stream, http, login, rtsp_check
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.event_stream import Subscription
from tests.virtual_camera.wire import event_manager

HUB = "custom_components.dahua_camera.detection_hub"
_DOT = b"\xff\xd8\xff\xd9"


def hurry(monkeypatch: pytest.MonkeyPatch, camera: VirtualCamera) -> None:
    """Have streams come back soon, requests give up soon, and no stills painted."""
    monkeypatch.setattr(event_stream, "SILENCE", 0.8)
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.05)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.2)
    monkeypatch.setattr(f"{HUB}.HOLD_AFTER_LOSS", 0.5)
    monkeypatch.setattr(verification, "PAUSES_UNTIL_TOLD", (0.1, 0.3, 0.9))
    monkeypatch.setattr(http, "_TEXT_TIMEOUT", ClientTimeout(total=2, sock_connect=1))
    monkeypatch.setattr(http, "_PICTURE_TIMEOUT", ClientTimeout(total=1.8, sock_connect=1))
    monkeypatch.setattr(rtsp_check, "_TIMEOUT", 1.0)
    monkeypatch.setattr(login, "_ELSEWHERE", 0.2)
    monkeypatch.setattr(
        event_manager,
        "Subscription",
        lambda codes, channel, _: Subscription(codes, channel, heartbeat=0.1),
    )

    async def still(_: int) -> bytes:
        return _DOT

    monkeypatch.setattr(camera.machine, "still", still)
