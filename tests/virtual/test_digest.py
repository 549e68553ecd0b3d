"""Logging in: every kind of challenge, wrong answers, locks and limits."""

import asyncio
import base64
import hashlib
import re
import shutil

import pytest

from tests.virtual.peer import Client, StartCamera, StartClient
from tests.virtual_camera import VirtualCamera

TARGET = "/cgi-bin/magicBox.cgi?action=getDeviceType"


def digest(algorithm: str, text: str) -> str:
    """Return a hash in hex, reckoned apart from the camera's own code."""
    name = "sha256" if algorithm.startswith("SHA-256") else "md5"
    return hashlib.new(name, text.encode()).hexdigest()


def answer_to(challenge: str, camera: VirtualCamera, password: str, nc: int = 1) -> str:
    """Return an Authorization header for TARGET."""
    asked = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    algorithm = match[1] if (match := re.search(r"algorithm=([\w-]+)", challenge)) else "MD5"
    cnonce, count = "0a4f113b", f"{nc:08x}"
    secret = digest(algorithm, f"{camera.username}:{asked['realm']}:{password}")
    if algorithm.endswith("-sess"):
        secret = digest(algorithm, f"{secret}:{asked['nonce']}:{cnonce}")
    qop = asked["qop"].split(",")[0]
    request = digest(algorithm, f"GET:{TARGET}")
    middle = f"{asked['nonce']}:{count}:{cnonce}:{qop}"
    response = digest(algorithm, f"{secret}:{middle}:{request}")
    header = (
        f'Digest username="{camera.username}", realm="{asked["realm"]}", uri="{TARGET}", '
        f'nonce="{asked["nonce"]}", nc={count}, cnonce="{cnonce}", qop={qop}, '
        f'response="{response}", algorithm={algorithm}'
    )
    return header + (f', opaque="{asked["opaque"]}"' if "opaque" in asked else "")


async def ask(
    camera: VirtualCamera, authorization: str = "", target: str = TARGET
) -> tuple[int, str, list[str]]:
    """Send one request; returns status, body and challenges."""
    reader, writer = await asyncio.open_connection("127.0.0.1", camera.http_port)
    extra = f"Authorization: {authorization}\r\n" if authorization else ""
    writer.write(f"GET {target} HTTP/1.1\r\nHost: c\r\n{extra}Connection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    challenges = re.findall(r"WWW-Authenticate: (.*)\r\n", head + "\r\n")
    return int(head.split(" ")[1]), body, challenges


@pytest.mark.parametrize(
    ("overlay", "pattern"),
    [
        (
            None,
            (
                r'Digest realm="Login to [0-9a-f]{32}",qop="auth",nonce="[\w-]{40,}",opaque="",'
                r'stale="false"'
            ),
        ),
        (
            "serial_realm",
            (
                r'Digest realm="Login to 9C0A11BPAZ00001", qop="auth", nonce="\d+", '
                r'opaque="9a[0-9a-f]{38}"'
            ),
        ),
        ("no_opaque", r'Digest realm="[^"]+",qop="auth",nonce="[^"]+",stale="false"'),
        ("qop_list", r'Digest realm="[^"]+",qop="auth, auth-int",.*'),
        ("md5_sess", r".*,algorithm=MD5-sess,.*"),
        ("sha256_sess", r".*,algorithm=SHA-256-sess,.*"),
    ],
)
async def test_challenges_and_right_answers(
    start_camera: StartCamera, overlay: str | None, pattern: str
) -> None:
    camera = await start_camera(overlays=(overlay,) if overlay else ())
    status, body, challenges = await ask(camera)
    assert (status, body) == (401, "Error\r\nInvalid Authority!\r\n")
    assert re.fullmatch(pattern, challenges[0])
    header = answer_to(challenges[0], camera, camera.password)
    assert (await ask(camera, header))[:2] == (200, "type=DH-IPC-MFW7442K1-Z4-T40\r\n")
    assert camera.machine.logins.counters.challenged == 1
    assert camera.machine.logins.counters.accepted == 1


async def test_sha256_is_offered_before_md5(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("sha256",))
    _, _, challenges = await ask(camera)
    assert ["SHA-256" in challenge for challenge in challenges] == [True, False]
    for challenge in challenges:
        assert (await ask(camera, answer_to(challenge, camera, camera.password)))[0] == 200


async def test_wrong_answers(camera: VirtualCamera) -> None:
    _, _, (challenge,) = await ask(camera)
    right = answer_to(challenge, camera, camera.password)
    for wrong in (
        answer_to(challenge, camera, "other"),
        right.replace('username="admin"', 'username="root"'),
        right.replace("getDeviceType", "getVendor"),
        right.replace("MD5", "SHA-256"),
    ):
        assert (await ask(camera, wrong))[0] == 401
    assert camera.machine.logins.counters.rejected == 4
    assert (await ask(camera, right))[0] == 200


@pytest.mark.parametrize(("overlay", "status"), [(None, 401), ("lenient_uri", 200)])
async def test_escapes_in_the_signed_uri(
    start_camera: StartCamera, overlay: str | None, status: int
) -> None:
    camera = await start_camera(overlays=(overlay,) if overlay else ())
    _, _, (challenge,) = await ask(camera)
    header = answer_to(challenge, camera, camera.password)
    assert (await ask(camera, header, TARGET.replace("Type", "%54ype")))[0] == status


@pytest.mark.parametrize(("password", "status"), [("right", 200), ("wrong", 401)])
async def test_basic_and_nothing_else(
    start_camera: StartCamera, password: str, status: int
) -> None:
    camera = await start_camera(overlays=("basic_only",), password="right")
    assert (await ask(camera))[2] == ['Basic realm="Device_CGI"']
    credentials = base64.b64encode(f"admin:{password}".encode()).decode()
    assert (await ask(camera, f"Basic {credentials}"))[0] == status


async def test_a_nonce_serves_many_requests(camera: VirtualCamera) -> None:
    _, _, (challenge,) = await ask(camera)
    for count in range(1, 4):
        assert (await ask(camera, answer_to(challenge, camera, camera.password, count)))[0] == 200
    assert camera.machine.logins.counters.accepted == 1


@pytest.mark.parametrize("fault", [True, False])
async def test_a_one_shot_nonce_serves_one(start_camera: StartCamera, fault: bool) -> None:
    camera = await start_camera(overlays=() if fault else ("one_shot_nonce",))
    if fault:
        camera.set_fault("one_shot_nonce")
    _, _, (challenge,) = await ask(camera)
    assert (await ask(camera, answer_to(challenge, camera, camera.password, 1)))[0] == 200
    status, _, (fresh,) = await ask(camera, answer_to(challenge, camera, camera.password, 2))
    assert status == 401
    assert (await ask(camera, answer_to(fresh, camera, camera.password)))[0] == 200
    assert camera.machine.logins.counters.rejected == 0


async def test_a_stale_nonce_is_told_apart_from_a_wrong_password(camera: VirtualCamera) -> None:
    _, _, (challenge,) = await ask(camera)
    camera.set_fault("stale_nonce", seconds=0)
    status, _, (fresh,) = await ask(camera, answer_to(challenge, camera, camera.password))
    assert status == 401
    assert 'stale="true"' in fresh
    assert camera.machine.logins.counters.rejected == 0
    assert camera.machine.logins.counters.stale == 1
    camera.clear_fault("stale_nonce")
    assert (await ask(camera, answer_to(fresh, camera, camera.password)))[0] == 200


async def test_only_sha256(camera: VirtualCamera) -> None:
    camera.set_fault("sha256_only")
    _, _, challenges = await ask(camera)
    assert [re.search(r"algorithm=([\w-]+)", each)[1] for each in challenges] == ["SHA-256"]
    assert (await ask(camera, answer_to(challenges[0], camera, camera.password)))[0] == 200


async def test_five_wrong_logins_lock_the_account(camera: VirtualCamera) -> None:
    for _ in range(5):
        _, _, (challenge,) = await ask(camera)
        answer = await ask(camera, answer_to(challenge, camera, "wrong"))
        assert answer[1] == "Error\r\nInvalid Authority!\r\n"
    _, _, (challenge,) = await ask(camera)
    status, body, _ = await ask(camera, answer_to(challenge, camera, camera.password))
    assert status == 401
    assert body.startswith("Error\r\nUser Locked!")
    assert 1790 < camera.state()["locked_seconds"] <= 1800
    camera.machine.logins.unlock()
    assert (await ask(camera, answer_to(challenge, camera, camera.password)))[0] == 200


async def test_a_right_login_forgives_the_wrong_ones(camera: VirtualCamera) -> None:
    for password in ["wrong"] * 4 + [camera.password] + ["wrong"] * 4 + [camera.password]:
        _, _, (challenge,) = await ask(camera)
        status = (await ask(camera, answer_to(challenge, camera, password)))[0]
        assert status == (200 if password == camera.password else 401)


async def test_a_locked_account_may_be_forbidden(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("locked_403",))
    camera.set_fault("lock_account", seconds=60)
    answer = await start_client(camera).get(TARGET)
    assert answer.status == 403
    assert answer.text.startswith("Error\r\nUser Locked!")
    assert camera.machine.logins.counters.locked == 1


async def test_a_changed_password(camera: VirtualCamera, client: Client) -> None:
    camera.set_fault("reject_login")
    assert (await client.get(TARGET)).status == 401
    assert camera.machine.logins.counters.rejected == 1
    camera.clear_fault("reject_login")
    assert (await client.get(TARGET)).status == 200


async def test_connections_beyond_the_limit_get_a_401(
    camera: VirtualCamera, client: Client, start_client: StartClient
) -> None:
    assert (await client.get(TARGET)).status == 200
    camera.set_fault("connection_limit", max=1)
    late = start_client(camera)
    answer = await late.get(TARGET)
    assert (answer.status, answer.headers["connection"]) == (401, "close")
    assert camera.machine.logins.counters.over_limit >= 1
    assert camera.machine.logins.counters.rejected == 0
    assert (await client.get(TARGET)).status == 200
    await client.session.close()
    assert (await late.get(TARGET)).status == 200


async def test_ten_connections_are_the_limit_of_the_default_camera(camera: VirtualCamera) -> None:
    held = [await asyncio.open_connection("127.0.0.1", camera.http_port) for _ in range(10)]
    _, _, (challenge,) = await ask(camera)
    assert (await ask(camera, answer_to(challenge, camera, camera.password)))[0] == 401
    for _, writer in held:
        writer.close()
        await writer.wait_closed()
    while camera.state()["connections"]:
        await asyncio.sleep(0.005)
    assert (await ask(camera, answer_to(challenge, camera, camera.password)))[0] == 200


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("overlay", ["serial_realm", "qop_list", "sha256", "one_shot_nonce"])
async def test_curl_logs_in(start_camera: StartCamera, overlay: str) -> None:
    camera = await start_camera(overlays=(overlay,))
    process = await asyncio.create_subprocess_exec(
        *("curl", "--silent", "--digest", "--user", f"{camera.username}:{camera.password}"),
        f"http://127.0.0.1:{camera.http_port}{TARGET}",
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert output == b"type=DH-IPC-MFW7442K1-Z4-T40\r\n"
