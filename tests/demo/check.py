"""What `--check` asserts of the running demo, by the interfaces that users and pages use."""

import asyncio
from io import BytesIO
from pathlib import Path
import re
from typing import Any
from urllib.parse import urljoin

import numpy as np
from PIL import Image

from .api import Api, until
from .cameras import StagedCamera
from .entities import Entities, Entity, registered
from .home_assistant import LOG
from .progress import DemoError, say

_STREAM_SECONDS = 45.0
_CHANGE_SECONDS = 20.0
_REST_SECONDS = 10.0
_NOON, _NIGHT = 0.0, 0.9
_COMPLAINT = re.compile(r"^\S+ \S+ (ERROR|CRITICAL) .*custom_components", re.MULTILINE)


def expect(fact: object, what: str) -> None:
    """Raise DemoError unless something is so."""
    if not fact:
        message = f"failed: {what}"
        raise DemoError(message)


async def check(api: Api, camera: StagedCamera, folder: Path) -> None:
    """Try everything; raises DemoError at the first thing that does not work."""
    await _check_network(api)
    everything = await registered(api)
    entities = Entities(tuple(e for e in everything.all if e.serial == camera.serial))
    expect(len(entities.places) == 2, "both sensors are set up")
    for _, channel in entities.places:
        await _check_sensor(api, camera, _main(entities, channel), entities)
    await _check_black_and_white(api, camera, entities)
    await _check_detections(api, camera, entities)
    await _check_capture(api, camera, entities)
    complaints = _COMPLAINT.findall((folder / LOG).read_text())
    expect(not complaints, "the log has no error of the integration")
    say("the log has no error of the integration")


async def _check_network(api: Api) -> None:
    """Only this machine's own interface may be searched for cameras."""
    async with api.websocket() as commands:
        adapters = (await commands.send("network"))["adapters"]
    addresses = [each["address"] for a in adapters if a["enabled"] for each in a["ipv4"]]
    expect(addresses, "the loopback interface is enabled")
    expect(all(each.startswith("127.") for each in addresses), "no other interface is enabled")
    say(f"cameras are searched for on {', '.join(addresses)} only")


def _main(entities: Entities, channel: int) -> Entity:
    found = entities.find("camera", "main", channel)
    if found is None:
        message = f"failed: channel {channel + 1} has no camera entity"
        raise DemoError(message)
    return found


async def _check_sensor(api: Api, staged: StagedCamera, camera: Entity, entities: Entities) -> None:
    channel = camera.channel or 0
    size = await _stream_bytes(api, camera)
    say(f"{camera.device}: the stream plays ({size // 1024} kB in its first segments)")
    light = entities.find("switch", "warm_light", channel)
    expect(light, f"{camera.device} has a switch for its warm light")
    assert light is not None
    await staged.darken(_NIGHT)
    # In the dark the camera lights infrared by itself; the comparison wants a night without.
    for emitter in (light, entities.find("switch", "infrared", channel)):
        if emitter is not None:
            await api.act("switch.turn_off", emitter.entity_id)
    await until(lambda: _is_dark(staged, channel), _CHANGE_SECONDS, "every LED is dark")
    dark = _brightness(await _still(api, camera))
    await api.act("switch.turn_on", light.entity_id)
    await until(lambda: _is_lit(staged, channel, lit=True), _CHANGE_SECONDS, "the light burns")
    await until(
        lambda: _is_brighter(api, camera, dark + 10), _CHANGE_SECONDS, "the still is brighter"
    )
    say(f"{camera.device}: warm light on, the LED burns and the still is brighter")
    await api.act("switch.turn_off", light.entity_id)
    await until(lambda: _is_lit(staged, channel, lit=False), _CHANGE_SECONDS, "the light is off")
    say(f"{camera.device}: warm light off, the LED is dark")


async def _stream_bytes(api: Api, camera: Entity) -> int:
    """Return how many bytes the first pieces of a stream have."""
    async with api.websocket() as commands:
        stream = await commands.send("camera/stream", entity_id=camera.entity_id, format="hls")
    master = stream["url"]

    async def pieces() -> list[str]:
        try:
            playlists = _addresses(master, await api.fetch(master))
            return _addresses(playlists[0], await api.fetch(playlists[0]))
        except DemoError, IndexError:
            return []

    found = await until(pieces, _STREAM_SECONDS, f"{camera.device} delivers a playlist")
    sizes = [len(await api.fetch(piece)) for piece in found[:2]]
    expect(sum(sizes) > 5000, f"{camera.device} delivers segments")
    return sum(sizes)


def _addresses(base: str, playlist: bytes) -> list[str]:
    """Return what a playlist points at."""
    lines = playlist.decode().splitlines()
    return [urljoin(base, line) for line in lines if line and not line.startswith("#")]


async def _still(api: Api, camera: Entity) -> Image.Image:
    picture = Image.open(BytesIO(await api.fetch(f"/api/camera_proxy/{camera.entity_id}")))
    expect(picture.format == "JPEG" and picture.width >= 640, f"{camera.device} gives stills")
    return picture


def _brightness(picture: Image.Image) -> float:
    return float(np.asarray(picture.convert("L")).mean())


def _colorfulness(picture: Image.Image) -> float:
    """Return how far red, green and blue are apart on average, in steps of 255."""
    return float(np.ptp(np.asarray(picture.convert("RGB")), axis=-1).mean())


async def _is_lit(staged: StagedCamera, channel: int, *, lit: bool) -> bool:
    return ((await staged.leds(channel))["warm"] > 0) == lit


async def _is_dark(staged: StagedCamera, channel: int) -> bool:
    return not any((await staged.leds(channel)).values())


async def _is_brighter(api: Api, camera: Entity, than: float) -> bool:
    return _brightness(await _still(api, camera)) > than


async def _check_black_and_white(api: Api, staged: StagedCamera, entities: Entities) -> None:
    """By day the tight sensor shows colours, until black and white is chosen."""
    camera, select = _main(entities, 0), entities.find("select", "day_night", 0)
    expect(select, f"{camera.device} has a choice of day/night")
    assert select is not None
    before = await api.state(select.entity_id)

    async def colorful() -> bool:
        return _colorfulness(await _still(api, camera)) > 10

    async def grey() -> bool:
        return _colorfulness(await _still(api, camera)) < 3

    await staged.darken(_NOON)
    await until(colorful, _CHANGE_SECONDS, f"{camera.device} shows colours by day")
    await api.act("select.select_option", select.entity_id, option="black_white")
    await until(grey, _CHANGE_SECONDS, f"{camera.device} turns black and white")
    say(f"{camera.device}: black and white chosen, the still is grey")
    await api.act("select.select_option", select.entity_id, option=before)
    await until(colorful, _CHANGE_SECONDS, f"{camera.device} shows colours again")


async def _check_detections(api: Api, staged: StagedCamera, entities: Entities) -> None:
    """Somebody crosses: the wide sensor sees motion, the tight one a rule broken; then all ends."""
    motion = entities.find("binary_sensor", "motion", 1)
    rules = [e for e in entities.all if e.domain == "binary_sensor" and e.key.startswith("rule_")]
    expect(motion, "the second sensor has a motion sensor")
    expect(rules, "the first sensor has a sensor for each of its rules")
    assert motion is not None

    async def now_on() -> set[str]:
        watched = (motion, *rules)
        return {e.entity_id for e in watched if await api.state(e.entity_id) == "on"}

    seconds = await staged.play("person_crosses")
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds + 30
    seen: set[str] = set()
    on: set[str] = set()
    while loop.time() < end:
        on = await now_on()
        seen |= on
        if seen and not on and motion.entity_id in seen and len(seen) > 1:
            break
        await asyncio.sleep(0.1)
    expect(motion.entity_id in seen, "motion is seen by the second sensor")
    expect(seen - {motion.entity_id}, "the person breaks a rule of the first sensor")
    expect(not on, "every detection has ended")
    names = ", ".join(sorted(e.name for e in (motion, *rules) if e.entity_id in seen))
    say(f"a person crossed: {names} went on and off again")


async def _check_capture(api: Api, staged: StagedCamera, entities: Entities) -> None:
    """Somebody drives by: one sensor spots, the other reads the plate, and both make a capture."""
    event = entities.find("event", "capture")
    expect(event, "the camera has an event for captures")
    assert event is not None
    # Whoever passed before has to be gone: a car is told from the empty street.
    await asyncio.sleep(_REST_SECONDS)
    before = await api.state(event.entity_id)
    await staged.play("car_leaves")

    async def capture() -> dict[str, Any]:
        state = await api.request("GET", f"/api/states/{event.entity_id}")
        return state["attributes"] if state["state"] != before else {}

    seen = await until(capture, _CHANGE_SECONDS, "the car is captured")
    expect(seen["event_type"] == "plate" and seen["plate"] == "HHXY904", "its plate is read")
    expect(seen["color"] == "red", "its colour is told")
    delay = float(seen["seconds_to_identification"])
    expect(0 <= delay < 10, "it is identified soon after it was spotted")
    for key in ("capture", "capture_spotter", "capture_identifier"):
        image = entities.find("image", key)
        expect(image, f"there is an image {key}")
        assert image is not None
        picture = Image.open(BytesIO(await api.fetch(f"/api/image_proxy/{image.entity_id}")))
        expect(picture.format == "JPEG", f"{image.name} is a picture")
    told = f"{seen['color']}, as the {seen['color_from']} saw it, after {delay:.1f} s"
    say(f"a car passed: captured with its plate, {told}")
