"""Answers POSTs to /RPC2_Login and /RPC2."""

import json
from typing import Any

from tests.virtual_camera.http_server import Request, Response
from tests.virtual_camera.machine import Machine

from .errors import Code, RpcError
from .methods import METHODS
from .sessions import Sessions

type Document = dict[str, Any]

PATHS = ("/RPC2_Login", "/RPC2")


class RpcServer:
    """Lets in over its own sessions and finds the method."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._sessions = Sessions(machine)

    def answer(self, request: Request) -> Response:
        """Answer one POST; whatever is wrong is said in JSON with status 200."""
        try:
            document = json.loads(request.body)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            answer = RpcError(Code.BAD_REQUEST).document()
        elif request.path == "/RPC2_Login":
            answer = self._login(document)
        else:
            answer = self._call(document)
        body = json.dumps(answer, separators=(",", ":")).encode()
        return Response(200, body, content_type="text/html;charset=utf-8")

    def _login(self, document: Document) -> Document:
        session = str(document.get("session", ""))
        answer: Document = {"id": document.get("id")}
        if document.get("method") != "global.login":
            return answer | RpcError(Code.METHOD_NOT_FOUND).document()
        try:
            params, session = self._sessions.login(_params(document), session)
        except RpcError as error:
            return answer | error.document() | {"session": error.session or session}
        return answer | {"params": params, "result": True, "session": session}

    def _call(self, document: Document) -> Document:
        answer: Document = {"id": document.get("id"), "session": document.get("session")}
        try:
            self._sessions.check(document.get("session"))
            if document.get("method") == "system.multicall":
                answers = [self._one(call) for call in _calls(document)]
                return answer | {"params": answers, "result": True}
            return answer | self._one(document)
        except RpcError as error:
            return answer | error.document()

    def _one(self, document: Document) -> Document:
        """Answer one call, whether alone or one of many."""
        answer: Document = {"id": document.get("id")}
        try:
            result, params = self._result(document)
        except RpcError as error:
            return answer | error.document()
        return answer | {"params": params, "result": result}

    def _result(self, document: Document) -> tuple[Any, Any]:
        name = str(document.get("method"))
        if name == "global.keepAlive":
            return True, {"timeout": int(self._sessions.keep_alive)}
        if name == "global.logout":
            self._sessions.logout(document.get("session"))
            return True, None
        method = METHODS.get(name)
        if method is None:
            raise RpcError(Code.METHOD_NOT_FOUND)
        return method(self._machine, _params(document))


def _params(document: Document) -> Document:
    params = document.get("params")
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise RpcError(Code.BAD_PARAMETERS)
    return params


def _calls(document: Document) -> list[Document]:
    calls = document.get("params")
    if not isinstance(calls, list) or not all(isinstance(call, dict) for call in calls):
        raise RpcError(Code.BAD_PARAMETERS)
    return calls
