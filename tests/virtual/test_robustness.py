"""Whatever a client sends, the camera answers, refuses or hangs up; it never breaks."""

import asyncio
from collections.abc import AsyncIterator
import json
import random
from typing import Any

from hypothesis import given, strategies as st
import pytest

from tests.virtual.peer import Client, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.http_server import Connection, Request
from tests.virtual_camera.rpc.methods import METHODS
from tests.virtual_camera.tables import flatten, nest, parse, split_path
from tests.virtual_camera.wire.call import Call, split_query
from tests.virtual_camera.wire.router import ENDPOINTS

NAMES = st.text("ABCdef", min_size=1, max_size=4)
JSON = st.recursive(
    st.booleans() | st.integers(-(10**6), 10**6) | st.sampled_from(["Manual", "1 06:30", "x=y"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
ODD_BYTES = [
    b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET\r\n\r\n",
    b"\xff\xfe\0\0" * 50 + b"\r\n\r\n",
    b"GET /cgi-bin/%zz%ff.cgi?action=%&=&&== HTTP/1.1\r\n\r\n",
    b"POST /RPC2 HTTP/1.1\r\nContent-Length: -5\r\n\r\n{}",
    b"POST /RPC2 HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n{}",
    b"POST /RPC2 HTTP/1.1\r\nContent-Length: 10\r\n\r\n{}",
    b"GET / HTTP/1.1\r\nAuthorization: Digest\r\n\r\n",
    b'GET / HTTP/1.1\r\nAuthorization: Digest uri="/", nonce, response=\r\n\r\n',
    b"GET /" + b"a" * 400_000,
]


@pytest.fixture(autouse=True)
async def _no_surprises() -> AsyncIterator[None]:
    """Fail where something in the camera raised what nobody caught."""
    surprises: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: surprises.append(context))
    yield
    assert not surprises


@pytest.mark.parametrize("data", ODD_BYTES)
async def test_odd_bytes(camera: VirtualCamera, client: Client, data: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", camera.http_port)
    writer.write(data)
    writer.write_eof()
    await until(lambda: camera.opened_connections)
    await until(lambda: not camera.state()["connections"])
    writer.close()
    assert (await client.get("magicBox.cgi?action=getVendor")).text == "vendor=Dahua\r\n"


async def test_odd_parameters(camera: VirtualCamera) -> None:
    chance = random.Random(7442)
    values = ["", "0", "-1", "1e99", "nan", "x", "[", "All", "99999999999999999999", "%00", "[]"]
    keys = ["name", "channel", "object", "count", "code", "zoom", "focus", "time", "VideoInMode[0]"]
    reader = asyncio.StreamReader()
    for name, endpoint in ENDPOINTS.items():
        if name.endswith(("attach", "attachfileproc", "reboot")):
            continue
        for _ in range(30):
            pairs = [
                f"{chance.choice(keys)}={chance.choice(values)}" for _ in range(chance.randrange(4))
            ]
            module, _, action = name.partition(".")
            target = f"/cgi-bin/{module}.cgi?action={action}&" + "&".join(pairs)
            request = Request("GET", target, {}, b"")
            writer = _NoWriter()
            connection = Connection(reader, writer)  # type: ignore[arg-type]
            call = Call(
                camera.machine, request, connection, camera.card, split_query(request.raw_query)
            )
            response = await camera._router.respond(endpoint, call)
            assert response is None or response.status in (200, 400, 404, 500, 501), target


class _NoWriter:
    """A writer to nobody."""

    def get_extra_info(self, _: str) -> None:
        """Know nothing."""


async def test_odd_rpc_documents(camera: VirtualCamera, client: Client) -> None:
    oddities: list[Any] = [[], 7, "x", None, {}, {"method": []}, {"params": []}]
    oddities.append({"method": "a.b", "params": 3})
    rpc = camera._router._rpc
    rpc._sessions._open("s")
    params = [[], 3, "x", {"name": 3}, {"name": "VideoInMode", "channel": "x"}, {"channel": []}]
    params += [{"name": "VideoInMode", "table": table} for table in (3, [], {}, "x", [[[]]], None)]
    documents = oddities + [
        {"method": method, "params": each, "session": "s", "id": 1}
        for method in (*METHODS, "global.login", "system.multicall")
        for each in params
    ]
    for path in ("/RPC2", "/RPC2_Login"):
        for document in documents:
            async with client.session.post(client.url(path), json=document) as response:
                assert response.status == 200
                answer = json.loads(await response.text())
                assert "error" in answer or answer["result"] is not False, document


@given(JSON)
def test_tables_survive_the_way_to_text_and_back(value: Any) -> None:
    if not isinstance(value, (dict, list)):
        value = {"A": value}
    rows = flatten(value, "Table")
    assert nest(rows, "Table") == value
    assert parse("\r\n".join(f"table.{key}={text}" for key, text in rows.items())) == rows
    for key in rows:
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in split_path(key))
        assert "".join(steps) == f".{key}"
