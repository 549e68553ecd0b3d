"""RPC2: the login in two steps, tables as JSON, sessions that end."""

import hashlib
from typing import Any

import pytest

from tests.virtual.peer import Client, StartCamera, StartClient
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.rpc import sessions


class Rpc:
    """One web page talking to the camera."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._id = 0
        self.session = ""

    async def post(self, path: str, document: Any) -> dict[str, Any]:
        """Send a document."""
        async with self._client.session.post(self._client.url(path), json=document) as response:
            assert response.status == 200
            return await response.json(content_type=None)

    async def login(self, password: str, hash_name: str = "md5") -> dict[str, Any]:
        """Go through both steps."""
        name = self._client.camera.username
        first = await self.post(
            "/RPC2_Login",
            {
                "method": "global.login",
                "params": {"userName": name, "password": "", "clientType": "Web3.0"},
                "id": 1,
            },
        )
        assert first["error"]["code"] == 268632079
        params = first["params"]

        def upper(text: str) -> str:
            return hashlib.new(hash_name, text.encode()).hexdigest().upper()

        secret = upper(f"{name}:{params['realm']}:{password}")
        answer = await self.post(
            "/RPC2_Login",
            {
                "method": "global.login",
                "session": first["session"],
                "params": {
                    "userName": name,
                    "password": upper(f"{name}:{params['random']}:{secret}"),
                    "clientType": "Web3.0",
                },
                "id": 2,
            },
        )
        keeps = self._client.camera.machine.profile.switches.rpc_keeps_session
        assert not answer["result"] or keeps == (answer["session"] == first["session"])
        self.session = answer["session"]
        return answer

    async def call(self, method: str, params: Any = None) -> dict[str, Any]:
        """Call a method in the session."""
        self._id += 1
        document = {"method": method, "params": params, "id": self._id, "session": self.session}
        answer = await self.post("/RPC2", document)
        assert answer["id"] == self._id
        return answer


@pytest.fixture
async def rpc(camera: VirtualCamera, client: Client) -> Rpc:
    """Log a page in."""
    page = Rpc(client)
    answer = await page.login(camera.password)
    assert answer["result"] is True
    assert answer["params"] == {"keepAliveInterval": 60}
    return page


async def test_tables_are_json(rpc: Rpc) -> None:
    answer = await rpc.call("configManager.getConfig", {"name": "VideoInMode"})
    first, second = answer["params"]["table"]
    assert first["Config"] == [0, 1]
    assert first["Mode"] == 2
    assert first["TimeSection"][0][0] == "1 06:30:00-18:30:00"
    assert first == second
    row = await rpc.call("configManager.getConfig", {"name": "ChannelTitle", "channel": 1})
    assert row["params"]["table"] == {"Name": "Driveway"}
    missing = await rpc.call("configManager.getConfig", {"name": "LightingScheme"})
    assert missing["result"] is False
    assert missing["error"]["code"] == 268959743


async def test_a_whole_table_is_written_at_once(rpc: Rpc, camera: VirtualCamera) -> None:
    table = (await rpc.call("configManager.getConfig", {"name": "Lighting_V2"}))["params"]["table"]
    table[0][1][1] |= {"Mode": "Manual", "MiddleLight": [{"Angle": 50, "Light": 130}]}
    answer = await rpc.call("configManager.setConfig", {"name": "Lighting_V2", "table": table})
    assert answer["result"] is True
    camera.scene.darken(1.0)
    assert camera.channels[0].leds["warm"] == 100


async def test_a_new_rule_can_be_added_and_taken_away(rpc: Rpc, camera: VirtualCamera) -> None:
    read = {"name": "VideoAnalyseRule", "channel": 0}
    rules = (await rpc.call("configManager.getConfig", read))["params"]["table"]
    added = [*rules, rules[4] | {"Name": "Second line", "Id": 10}]
    await rpc.call("configManager.setConfig", read | {"table": added})
    assert camera.machine.store.text("VideoAnalyseRule[0][6].Name") == "Second line"
    await rpc.call("configManager.setConfig", read | {"table": rules[:3]})
    assert camera.machine.store.count("VideoAnalyseRule[0]") == 3


async def test_several_calls_in_one(rpc: Rpc) -> None:
    calls = [
        {"method": "magicBox.getDeviceType", "id": 11},
        {"method": "configManager.getConfig", "params": {"name": "Nothing"}, "id": 12},
        {"method": "devVideoInput.factory.getCollect", "id": 13},
    ]
    answer = await rpc.call("system.multicall", calls)
    first, second, third = answer["params"]
    assert (first["id"], first["params"]["type"]) == (11, "DH-IPC-MFW7442K1-Z4-T40")
    assert second["result"] is False
    assert third["result"] == {"channels": 2}


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        (
            "magicBox.getSoftwareVersion",
            None,
            {"version": {"Version": "2.840.0000000.9.R", "BuildDate": "2021-09-30"}},
        ),
        ("magicBox.getSerialNo", None, {"sn": "9C0A11BPAZ00001"}),
        ("devVideoInput.getCaps", {"channel": 1}, {"caps": {"InfraRed": False}}),
        ("devVideoInput.getFocusStatus", {"channel": 0}, {"status": {"Zoom": 0.0}}),
        ("configManager.getDefault", {"name": "ChannelTitle", "channel": 0}, {"table": {}}),
        ("global.keepAlive", {"timeout": 300, "active": True}, {"timeout": 60}),
    ],
)
async def test_methods(
    rpc: Rpc, method: str, params: Any, expected: dict[str, dict[str, Any]]
) -> None:
    answer = await rpc.call(method, params)
    assert answer["result"] is True
    ((key, wanted),) = expected.items()
    found = answer["params"][key]
    assert found == wanted or wanted.items() <= found.items()


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("devVideoInput.getCaps", {"channel": 2}, 268894211),
        ("devVideoInput.getFocusStatus", {"channel": 1}, 268894211),
        ("configManager.getConfig", {}, 268894211),
        ("configManager.setConfig", {"name": "ChannelTitle"}, 268894211),
        ("configManager.setConfig", {"name": "Nothing", "table": []}, 268959743),
        ("nothing.atAll", None, 268894210),
    ],
)
async def test_refusals(rpc: Rpc, method: str, params: Any, code: int) -> None:
    answer = await rpc.call(method, params)
    assert (answer["result"], answer["error"]["code"]) == (False, code)


async def test_an_object_for_each_channel(rpc: Rpc) -> None:
    answer = await rpc.call("devVideoInput.factory.instance", {"channel": 1})
    assert answer["result"] == 1001


async def test_the_clock(rpc: Rpc, camera: VirtualCamera) -> None:
    answer = await rpc.call("global.getCurrentTime")
    assert answer["params"]["time"][:13] == f"{camera.machine.clock.now():%F %H}"


async def test_a_session_is_needed_and_ends(rpc: Rpc, client: Client) -> None:
    stranger = Rpc(client)
    assert (await stranger.call("magicBox.getSerialNo"))["error"]["code"] == 287637505
    await rpc.call("global.logout")
    assert (await rpc.call("magicBox.getSerialNo"))["error"]["code"] == 287637505


async def test_an_idle_session_expires(camera: VirtualCamera) -> None:
    moment = [0.0]
    table = sessions.Sessions(camera.machine, now=lambda: moment[0])
    guard = camera.machine.logins.guard
    with pytest.raises(sessions.RpcError) as challenge:
        table.login({"userName": "admin", "password": ""}, "")
    params = challenge.value.params or {}
    secret = sessions.password_hash(
        "MD5", guard.username, guard.realm, params["random"], guard.password
    )
    given = {"userName": guard.username, "password": secret}
    _, session = table.login(given, challenge.value.session or "")
    moment[0] = 50
    table.check(session)
    moment[0] = 100
    table.check(session)
    moment[0] = 161
    with pytest.raises(sessions.RpcError):
        table.check(session)


async def test_wrong_passwords_count_towards_the_lock(
    camera: VirtualCamera, client: Client
) -> None:
    page = Rpc(client)
    for left in (4, 3, 2, 1):
        answer = await page.login("wrong")
        assert answer["error"]["code"] == 268632085
        assert answer["params"] == {"remainLockSecond": 0, "remainLoginTimes": left}
    answer = await page.login("wrong")
    assert answer["params"] == {"remainLockSecond": 1800, "remainLoginTimes": 0}
    answer = await page.login(camera.password)
    assert answer["error"]["code"] == 268632081
    assert (await client.get("magicBox.cgi?action=getVendor")).status == 401


async def test_what_is_stale_over_cgi_is_live_here(
    rpc: Rpc, camera: VirtualCamera, client: Client
) -> None:
    camera.set_fault("stale_reads")
    camera.machine.store.put("ChannelTitle[0].Name", "New")
    assert await client.config("ChannelTitle[0]") == {"ChannelTitle[0].Name": "Gate"}
    answer = await rpc.call("configManager.getConfig", {"name": "ChannelTitle", "channel": 0})
    assert answer["params"]["table"] == {"Name": "New"}


async def test_ignored_writes_are_ignored_here_too(rpc: Rpc, camera: VirtualCamera) -> None:
    camera.set_fault("ignore_writes", table="ChannelTitle")
    params = {"name": "ChannelTitle", "channel": 0, "table": {"Name": "New"}}
    assert (await rpc.call("configManager.setConfig", params))["result"] is True
    assert camera.machine.title(0) == "Gate"


async def test_sha256_hashes(start_camera: StartCamera, start_client: StartClient) -> None:
    camera = await start_camera(overlays=("rpc_sha256",))
    page = Rpc(start_client(camera))
    assert (await page.login(camera.password))["result"] is False
    assert (await page.login(camera.password, "sha256"))["result"] is True


async def test_an_old_camera_keeps_the_session_of_its_challenge(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera("single_infrared")
    page = Rpc(start_client(camera))
    assert (await page.login(camera.password))["result"] is True
    assert (await page.call("magicBox.getSerialNo"))["params"] == {"sn": camera.serial}


async def test_nonsense_is_refused_politely(client: Client) -> None:
    async with client.session.post(client.url("/RPC2"), data=b"\xff{") as response:
        assert (await response.json(content_type=None))["error"]["code"] == 268894209
