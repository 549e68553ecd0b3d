"""A fresh Home Assistant on the loopback interface: its folder, its start, its owner."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
import json
from pathlib import Path
import secrets
import socket
from typing import Any

import aiohttp

from .api import Api, until
from .process import running
from .progress import DemoError
from .time_zone import local_time_zone

REPOSITORY = Path(__file__).parents[2]
LOG = "home-assistant.log"
_START_SECONDS = 120.0
_USUAL_PORT = 8123
_ABSENT = Path(__file__).parent / "absent"

# No `http:` here: Home Assistant would try it only for a while and then listen everywhere.
_CONFIGURATION = """\
homeassistant:
  name: Camera demo
  latitude: 51.5
  longitude: -0.12
  elevation: 20
  unit_system: metric
  time_zone: {time_zone}
  country: GB
  currency: GBP
  language: en
  internal_url: {url}
  external_url: {url}
  # In a container Home Assistant would take the machine's own folder.
  media_dirs:
    local: {media}
  auth_providers:
    - type: trusted_networks
      trusted_networks: [127.0.0.1/32]
      allow_bypass_login: true
    - type: homeassistant

frontend:
config:
history:
logbook:
automation: !include automations.yaml
stream:
  ll_hls: true
  segment_duration: 2
  part_duration: 0.5
ffmpeg:
logger:
  default: warning
  logs:
    custom_components.dahua_camera: info
"""
_SCENE_COMMANDS = """
rest_command:
  scenario:
    url: http://127.0.0.1:{control}/scenario
    method: post
    content_type: application/json
    payload: '{{"name": "{{{{ name }}}}"}}'
  darkness:
    url: http://127.0.0.1:{control}/scene
    method: patch
    content_type: application/json
    payload: '{{"darkness": {{{{ darkness }}}}}}'
"""


@contextmanager
def free_port(wanted: int | None) -> Iterator[int]:
    """Give the wanted port, or the usual one, or any; DemoError where the wanted is taken.

    Home Assistant takes it seconds later: the UDP port of the same number, which nobody else has
    a use for, keeps other demos away from the beginning.
    """
    for port in (wanted,) if wanted else (_USUAL_PORT, 0):
        with socket.socket(type=socket.SOCK_DGRAM) as claim:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                    claim.bind(probe.getsockname())
                except OSError:
                    continue
            yield int(claim.getsockname()[1])
            return
    message = f"port {wanted} is taken"
    raise DemoError(message)


def prepare(folder: Path, url: str, port: int, controls: Sequence[int]) -> None:
    """Write all that a first start needs to ask nobody anything."""
    media = folder / "media"
    media.mkdir()
    configuration = _CONFIGURATION.format(
        url=url, time_zone=local_time_zone(), media=json.dumps(str(media))
    )
    if controls:
        configuration += _SCENE_COMMANDS.format(control=controls[0])
    (folder / "configuration.yaml").write_text(configuration)
    (folder / "automations.yaml").write_text("[]\n")
    (folder / "custom_components").symlink_to(REPOSITORY / "custom_components")
    _store(
        folder,
        "http",
        {
            "stable": {
                "server_host": ["127.0.0.1"],
                "server_port": port,
                "cors_allowed_origins": [],
                "login_attempts_threshold": -1,
                "ip_ban_enabled": False,
                "ssl_profile": "modern",
                "use_x_frame_options": True,
                "created_at": datetime.now(UTC).isoformat(),
                "error": None,
                "error_message": None,
            },
            "pending": None,
            "yaml_migration_done": True,
        },
        version=(2, 2),
    )
    _store(
        folder, "onboarding", {"done": ["core_config", "analytics", "integration"]}, version=(4, 1)
    )
    # Nothing is searched for beyond this machine.
    _store(folder, "core.network", {"configured_adapters": _loopback()}, version=(1, 1))
    _store(
        folder,
        "core.analytics",
        {"onboarded": True, "preferences": {}, "uuid": None},
        version=(1, 1),
    )


def _store(folder: Path, key: str, data: Any, *, version: tuple[int, int]) -> None:
    storage = folder / ".storage"
    storage.mkdir(exist_ok=True)
    document = {"version": version[0], "minor_version": version[1], "key": key, "data": data}
    (storage / key).write_text(json.dumps(document))


def _loopback() -> list[str]:
    """Return the name of the loopback interface; DemoError where none can be told."""
    names = [name for _, name in socket.if_nameindex() if name.startswith("lo")]
    if not names:
        message = "this machine has no loopback interface"
        raise DemoError(message)
    return names


@dataclass(frozen=True, slots=True)
class Running:
    """A Home Assistant that runs: access to it, its process, and a task that ends when it does."""

    api: Api
    pid: int
    ended: asyncio.Task[int]


@asynccontextmanager
async def home_assistant(
    folder: Path, url: str, session: aiohttp.ClientSession
) -> AsyncIterator[Running]:
    """Start Home Assistant on a prepared folder and become its owner."""
    log = folder / LOG
    arguments = ["-m", "homeassistant", "--config", str(folder), "--skip-pip", "--log-no-color"]
    arguments += ["--log-file", str(log)]
    console = folder / "console.log"
    async with running(arguments, log=console, environment=_environment()) as process:
        drain = asyncio.create_task(_drain(process))
        ended = asyncio.create_task(process.wait())
        starting = asyncio.create_task(_become_owner(url, session))
        try:
            done, _ = await asyncio.wait(
                {ended, starting}, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if starting not in done:
                message = f"Home Assistant did not start:\n{console.read_text()[-3000:]}"
                raise DemoError(message)
            yield Running(Api(url, starting.result(), session), process.pid, ended)
        finally:
            for task in (starting, ended, drain):
                task.cancel()
            await asyncio.gather(starting, ended, drain, return_exceptions=True)


def _environment() -> dict[str, str]:
    """Return what is added to the environment: stand-ins for libraries that cannot be had.

    Components come from the folder alone, wherever the command was called.
    """
    missing = any(find_spec(path.stem) is None for path in _ABSENT.glob("*.py"))
    return {"PYTHONSAFEPATH": "1"} | ({"PYTHONPATH": str(_ABSENT)} if missing else {})


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    while await process.stdout.read(65536):
        continue


async def _become_owner(url: str, session: aiohttp.ClientSession) -> str:
    """Create the owner, wait until everything runs, and return a long-lived token."""
    client_id = f"{url}/"
    owner = {
        "name": "Demo",
        "username": "demo",
        "password": secrets.token_urlsafe(12),
        "client_id": client_id,
        "language": "en",
    }
    code = await _when_listening(url, session, owner)
    grant = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
    async with session.post(f"{url}/auth/token", data=grant) as response:
        api = Api(url, (await response.json())["access_token"], session)
    await until(lambda: _is_running(api), _START_SECONDS, "Home Assistant runs")
    async with api.websocket() as commands:
        token: str = await commands.send(
            "auth/long_lived_access_token", client_name="demo", lifespan=365
        )
    return token


async def _is_running(api: Api) -> bool:
    return bool((await api.request("GET", "/api/config"))["state"] == "RUNNING")


async def _when_listening(url: str, session: aiohttp.ClientSession, owner: dict[str, str]) -> str:
    """Create the owner as soon as that is possible; return the code to log in with."""
    while True:
        try:
            async with session.post(f"{url}/api/onboarding/users", json=owner) as response:
                if response.status == 200:
                    return str((await response.json())["auth_code"])
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.1)
