"""From a request to the endpoint that answers it, past everything that stands before one."""

import asyncio
from http import HTTPStatus

from tests.virtual_camera.digest import Verdict
from tests.virtual_camera.faults import Parameters
from tests.virtual_camera.http_server import Connection, Request, Response
from tests.virtual_camera.logins import LockedError
from tests.virtual_camera.machine import Machine
from tests.virtual_camera.recordings import Card
from tests.virtual_camera.rpc.server import PATHS, RpcServer

from . import (
    config_manager,
    event_manager,
    identity,
    recordings,
    snap_manager,
    storage,
    video_input,
)
from .answers import FACES, face, lines
from .call import BadCallError, Call, Endpoint, split_query
from .snapshot import snapshot

_CGI = "/cgi-bin/"

ENDPOINTS: dict[str, Endpoint] = {
    name.lower(): endpoint
    for module in (
        config_manager,
        event_manager,
        identity,
        recordings,
        snap_manager,
        storage,
        video_input,
    )
    for name, endpoint in module.ENDPOINTS.items()
}

# What an account without rights is refused.
_CHANGING = frozenset(
    {
        "configmanager.setconfig",
        "devvideoinput.adjustfocus",
        "devvideoinput.autofocus",
        "global.setcurrenttime",
        "magicbox.reboot",
    }
)


class Router:
    """Lets in whom it may and finds the endpoint."""

    def __init__(self, machine: Machine, card: Card) -> None:
        self._machine = machine
        self._card = card
        self._rpc = RpcServer(machine)
        self._refused_endpoints = {
            name.lower(): answer for name, answer in machine.profile.faces.endpoints.items()
        }

    async def answer(self, request: Request, connection: Connection) -> Response | None:
        """Answer one request; None where the connection became a stream."""
        await self._delay(request)
        refusal = self._redirect(request, connection)
        if refusal is None and request.path in PATHS and not connection.over_limit:
            return self._fault(request) or self._rpc.answer(request)
        refusal = refusal or self._disabled(request)
        refusal = refusal or self._keep_out(request, connection) or self._fault(request)
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
        headers = self._challenges() if fault["status"] == HTTPStatus.UNAUTHORIZED else ()
        return Response(fault["status"], fault["body"].encode(), headers=headers)

    def _redirect(self, request: Request, connection: Connection) -> Response | None:
        port = self._machine.https_port
        if connection.secure or not port:
            return None
        always = self._machine.profile.switches.redirects_to_https
        if not always and not self._machine.faults.active("https_only"):
            return None
        location = f"https://127.0.0.1:{port}{request.target}"
        return Response(302, headers=(("Location", location),), content_type=None, close=True)

    def _disabled(self, request: Request) -> Response | None:
        """Return what a camera says whose CGI service its owner switched off."""
        if not request.path.startswith(_CGI) or not self._machine.faults.active("cgi_disabled"):
            return None
        return face("not_found")

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
        if answer.status != HTTPStatus.UNAUTHORIZED:
            return answer
        headers = self._challenges(stale=stale)
        return Response(answer.status, answer.body, answer.content_type, headers, close)

    def _challenges(self, *, stale: bool = False) -> tuple[tuple[str, str], ...]:
        guard = self._machine.logins.guard
        return tuple(("WWW-Authenticate", each) for each in guard.challenges(stale=stale))

    async def _dispatch(self, request: Request, connection: Connection) -> Response | None:
        if answer := self._recorded(request):
            return answer
        pairs = split_query(request.raw_query)
        call = Call(self._machine, request, connection, self._card, pairs)
        endpoint = self._endpoint(call)
        if isinstance(endpoint, Response):
            return endpoint
        return await self.respond(endpoint, call)

    def _recorded(self, request: Request) -> Response | None:
        """Return what the camera that this one plays said; None where it was not asked."""
        profile = self._machine.profile
        question = f"{request.path.removeprefix(_CGI)}?{request.raw_query}"
        if question not in profile.answers:
            return None
        answer = profile.answers[question]
        return face(profile.faces.endpoint) if answer is None else lines(answer.items())

    async def respond(self, endpoint: Endpoint, call: Call) -> Response | None:
        """Have an endpoint answer a call, or refuse a call that makes no sense."""
        try:
            return await endpoint(call)
        except BadCallError:
            return face(self._machine.profile.faces.channel)

    def _endpoint(self, call: Call) -> Endpoint | Response:
        """Return who answers a call, or the refusal where nobody does."""
        path = call.request.path
        if path.startswith(recordings.LOAD_FILE + "/"):
            return recordings.load_file
        if not path.startswith(_CGI):
            return face("not_found")
        module = path.removeprefix(_CGI).removesuffix(".cgi")
        if module == "snapshot":
            return snapshot
        name = f"{module}.{call.text('action')}".lower()
        if refusal := self._refused_endpoints.get(name):
            return face(refusal)
        if name in _CHANGING and self._machine.profile.switches.read_only_account:
            return face("forbidden")
        return ENDPOINTS.get(name) or face(self._machine.profile.faces.endpoint)


def _meant(fault: Parameters, request: Request) -> bool:
    """Tell whether one of a fault's paths, parted by bars, is in the target."""
    return any(path in request.target for path in fault["path"].split("|"))
