"""From a request to the endpoint that answers it, past everything that stands before one."""

import asyncio

from tests.virtual_camera.digest import Verdict
from tests.virtual_camera.faults import Parameters
from tests.virtual_camera.http_server import Connection, Request, Response
from tests.virtual_camera.logins import LockedError
from tests.virtual_camera.machine import Machine

from . import config_manager, event_manager, identity, storage, video_input
from .answers import FACES, face
from .call import BadCallError, Call, Endpoint, split_query
from .snapshot import snapshot

_CGI = "/cgi-bin/"

ENDPOINTS: dict[str, Endpoint] = {
    name.lower(): endpoint
    for module in (config_manager, event_manager, identity, storage, video_input)
    for name, endpoint in module.ENDPOINTS.items()
}


class Router:
    """Lets in whom it may and finds the endpoint."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._refused_endpoints = {
            name.lower(): answer for name, answer in machine.profile.faces.endpoints.items()
        }

    async def answer(self, request: Request, connection: Connection) -> Response | None:
        """Answer one request; None where the connection became a stream."""
        await self._delay(request)
        refusal = self._redirect(request, connection) or self._keep_out(request, connection)
        if refusal is None:
            refusal = self._fault(request)
        if refusal is not None:
            return refusal
        if self._machine.warming_up:
            return face("bare_error")
        return await self._dispatch(request, connection)

    async def _delay(self, request: Request) -> None:
        fault = self._machine.faults.take("slow", lambda fault: _meant(fault, request))
        if fault:
            await asyncio.sleep(fault["seconds"])

    def _fault(self, request: Request) -> Response | None:
        fault = self._machine.faults.take("refuse", lambda fault: _meant(fault, request))
        if fault is None:
            return None
        return Response(fault["status"], fault["body"].encode())

    def _redirect(self, request: Request, connection: Connection) -> Response | None:
        port = self._machine.https_port
        if connection.secure or not port:
            return None
        if not self._machine.profile.switches.redirects_to_https:
            return None
        location = f"https://127.0.0.1:{port}{request.target}"
        return Response(302, headers=(("Location", location),), content_type=None, close=True)

    def _keep_out(self, request: Request, connection: Connection) -> Response | None:
        machine = self._machine
        if connection.over_limit:
            machine.logins.counters.over_limit += 1
            return self._challenge("invalid_authority", close=True)
        try:
            verdict = machine.logins.judge(
                request.method, request.target, request.headers.get("authorization"), request.body
            )
        except LockedError:
            return self._challenge(machine.profile.faces.locked)
        if verdict is Verdict.ACCEPTED:
            return None
        return self._challenge("invalid_authority", stale=verdict is Verdict.STALE)

    def _challenge(self, name: str, *, stale: bool = False, close: bool = False) -> Response:
        answer = FACES[name]
        if answer.status != 401:
            return answer
        challenges = self._machine.logins.guard.challenges(stale=stale)
        headers = tuple(("WWW-Authenticate", challenge) for challenge in challenges)
        return Response(401, answer.body, answer.content_type, headers, close)

    async def _dispatch(self, request: Request, connection: Connection) -> Response | None:
        faces = self._machine.profile.faces
        call = Call(self._machine, request, connection, split_query(request.raw_query))
        if not request.path.startswith(_CGI):
            return face("not_found")
        module = request.path.removeprefix(_CGI).removesuffix(".cgi")
        if module == "snapshot":
            return await snapshot(call)
        name = f"{module}.{call.text('action')}".lower()
        if refusal := self._refused_endpoints.get(name):
            return face(refusal)
        endpoint = ENDPOINTS.get(name)
        if endpoint is None:
            return face(faces.endpoint)
        try:
            return await endpoint(call)
        except BadCallError:
            return face(faces.channel)


def _meant(fault: Parameters, request: Request) -> bool:
    return fault["path"] in request.target
