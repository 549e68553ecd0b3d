"""How RPC2 says no: numbers with a message."""

from enum import IntEnum
from typing import Any


class Code(IntEnum):
    """Error numbers that clients act upon."""

    LOGIN_CHALLENGE = 268632079
    INVALID_LOGIN = 268632085
    LOCKED = 268632081
    BUSY = 268632075
    INVALID_SESSION = 287637505
    BAD_REQUEST = 268894209
    METHOD_NOT_FOUND = 268894210
    BAD_PARAMETERS = 268894211
    MODULE_NOT_FOUND = 268632064
    NOT_SET = 268959743


_MESSAGES = {
    Code.LOGIN_CHALLENGE: "Component error: login challenge!",
    Code.INVALID_LOGIN: "Component error: User or password not valid!",
    Code.LOCKED: "Component error: User is locked!",
    Code.BUSY: "Component error: too many sessions!",
    Code.INVALID_SESSION: "Invalid session in request data!",
    Code.BAD_REQUEST: "Request invalid!",
    Code.METHOD_NOT_FOUND: "Method not found!",
    Code.BAD_PARAMETERS: "Request invalid param!",
    Code.MODULE_NOT_FOUND: "Component error: interface not found!",
    Code.NOT_SET: "Unknown error! error code was not set in service!",
}


class RpcError(Exception):
    """A call is turned down; `params` and a new `session` go into the answer too."""

    def __init__(
        self, code: Code, params: dict[str, Any] | None = None, session: str | None = None
    ) -> None:
        super().__init__(_MESSAGES[code])
        self.code = code
        self.params = params
        self.session = session

    def document(self) -> dict[str, Any]:
        """Return the part of an answer that tells of the error."""
        document: dict[str, Any] = {
            "error": {"code": int(self.code), "message": str(self)},
            "result": False,
        }
        if self.params is not None:
            document["params"] = self.params
        return document
