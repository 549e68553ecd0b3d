"""The control side: JSON over HTTP on its own port, by which tests and the demo act and look."""

from collections.abc import Awaitable, Callable
from datetime import datetime
import json
from typing import TYPE_CHECKING, Any

from .faults import UnknownFaultError
from .http_server import Connection, Request, Response
from .scenarios import UnknownScenarioError

if TYPE_CHECKING:
    from .camera import VirtualCamera

type Document = dict[str, Any]
type Verb = Callable[[Document, str], Awaitable[Any]]


class Control:
    """Answers `GET /state`, `PATCH /scene`, `PUT /faults/<name>` and the other verbs."""

    def __init__(self, camera: VirtualCamera) -> None:
        self._camera = camera
        self._verbs: dict[tuple[str, str], Verb] = {
            ("GET", "/state"): self._state,
            ("GET", "/requests"): self._requests,
            ("DELETE", "/requests"): self._forget_requests,
            ("GET", "/config"): self._config,
            ("PATCH", "/scene"): self._scene,
            ("POST", "/events"): self._event,
            ("GET", "/scenarios"): self._scenarios,
            ("POST", "/scenario"): self._scenario,
            ("GET", "/faults"): self._faults,
            ("PUT", "/faults/*"): self._set_fault,
            ("DELETE", "/faults/*"): self._clear_fault,
            ("PUT", "/password"): self._password,
            ("POST", "/reboot"): self._reboot,
        }

    async def answer(self, request: Request, connection: Connection) -> Response:
        """Answer one request with JSON; errors say what was wrong."""
        del connection
        path, name = _split(request.path)
        verb = self._verbs.get((request.method, path))
        if verb is None:
            return _json({"error": f"no {request.method} {request.path}"}, 404)
        try:
            document = json.loads(request.body or b"{}")
            if not isinstance(document, dict):
                return _json({"error": "not a JSON object"}, 400)
            return _json(await verb(document, name))
        except (UnknownFaultError, UnknownScenarioError) as error:
            return _json({"error": f"unknown: {error}"}, 404)
        except (KeyError, TypeError, ValueError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    async def _state(self, _: Document, __: str) -> Any:
        return self._camera.state()

    async def _requests(self, _: Document, __: str) -> Any:
        return list(self._camera.requests)

    async def _forget_requests(self, _: Document, __: str) -> Any:
        self._camera.requests.clear()
        return {}

    async def _config(self, _: Document, __: str) -> Any:
        return self._camera.machine.store.dump()

    async def _scene(self, document: Document, _: str) -> Any:
        machine = self._camera.machine
        if "clock" in document:
            machine.clock.set(datetime.fromisoformat(document["clock"]).replace(tzinfo=None))
        if "darkness" in document:
            machine.scene.darken(float(document["darkness"]))
        return {"darkness": machine.scene.darkness, "clock": f"{machine.clock.now():%F %T}"}

    async def _event(self, document: Document, _: str) -> Any:
        sent_at = await self._camera.emit(
            document["code"],
            document["action"],
            document.get("index", 0),
            document.get("data"),
            deliver=bool(document.get("deliver", True)),
        )
        return {"sent_at": sent_at}

    async def _scenarios(self, _: Document, __: str) -> Any:
        return self._camera.scenarios.names

    async def _scenario(self, document: Document, _: str) -> Any:
        name, speed = document["name"], float(document.get("speed", 1.0))
        self._camera.scenarios.check(name, speed)
        if document.get("wait"):
            await self._camera.scenario(name, speed=speed)
        else:
            self._camera.background(self._camera.scenario(name, speed=speed))
        return {"seconds": self._camera.scenarios.seconds(name) / speed}

    async def _faults(self, _: Document, __: str) -> Any:
        return self._camera.machine.faults.as_dict()

    async def _set_fault(self, document: Document, name: str) -> Any:
        return self._camera.machine.faults.set(name, document)

    async def _clear_fault(self, _: Document, name: str) -> Any:
        self._camera.machine.faults.clear(name)
        return {}

    async def _password(self, document: Document, _: str) -> Any:
        self._camera.change_password(str(document["password"]))
        return {}

    async def _reboot(self, document: Document, _: str) -> Any:
        self._camera.background(
            self._camera.reboot(
                seconds=float(document.get("seconds", 0)),
                warming_up=float(document.get("warming_up", 0)),
                half_open=bool(document.get("half_open", False)),
            )
        )
        return {}


def _split(path: str) -> tuple[str, str]:
    """Return the path with `*` in the place of a fault's name, and that name."""
    folder = "/faults/"
    return (folder + "*", path.removeprefix(folder)) if path.startswith(folder) else (path, "")


def _json(document: Any, status: int = 200) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(status, body, content_type="application/json")
