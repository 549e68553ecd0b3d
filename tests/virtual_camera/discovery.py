"""DHDiscover: the camera's answer to those who look for cameras, over UDP."""

import asyncio
from contextlib import suppress
import json
import socket
import struct
from typing import Any, override

from .machine import Machine

_MAGIC = b"DHIP"
_HEADER = struct.Struct("<I4sIIIIII")
# Reaches whoever listens on it on this machine, and nobody else.
LOOPBACK_BROADCAST = "127.255.255.255"


def frame(document: dict[str, Any]) -> bytes:
    """Return a document behind its header of 32 bytes."""
    body = json.dumps(document, separators=(",", ":")).encode() + b"\n"
    return _HEADER.pack(_HEADER.size, _MAGIC, 0, 0, len(body), 0, len(body), 0) + body


def unframe(datagram: bytes) -> dict[str, Any] | None:
    """Return the document in a datagram; None for anything else."""
    if len(datagram) < _HEADER.size:
        return None
    size, magic, _, _, length, _, _, _ = _HEADER.unpack_from(datagram)
    if size != _HEADER.size or magic != _MAGIC:
        return None
    try:
        document = json.loads(datagram[size : size + length].rstrip(b"\0\n"))
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


class Discovery(asyncio.DatagramProtocol):
    """Answers searches that mean this camera; listens on the loopback interface alone.

    It hears what is sent to it and to the whole loopback network. Several cameras may share a
    port that is given: each of them hears what is sent to all.
    """

    def __init__(self, machine: Machine, host: str, port: int) -> None:
        self.port = port
        self.http_port = 0
        self._host = host
        self._machine = machine
        self._shared = port != 0
        self._transport: asyncio.DatagramTransport | None = None
        self._broadcasts: asyncio.DatagramTransport | None = None

    async def start(self) -> None:
        """Open the port."""
        self._transport = await self._listen(self._host)
        self.port = self._transport.get_extra_info("sockname")[1]
        # Not every system lets anybody listen to broadcasts alone.
        with suppress(OSError):
            self._broadcasts = await self._listen(LOOPBACK_BROADCAST)

    def stop(self) -> None:
        """Close the port."""
        for transport in (self._transport, self._broadcasts):
            if transport:
                transport.close()
        self._transport = self._broadcasts = None

    async def _listen(self, host: str) -> asyncio.DatagramTransport:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_DGRAM)
        try:
            listening.setblocking(False)
            if self._shared:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, self.port))
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=listening)
        except BaseException:
            listening.close()
            raise
        return transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        document = unframe(data)
        if document is None or document.get("method") != "DHDiscover.search":
            return
        wanted = document.get("mac")
        if self._transport and wanted in (None, "", self._machine.profile.identity.mac):
            self._transport.sendto(frame(self._answer()), addr)

    def _answer(self) -> dict[str, Any]:
        identity = self._machine.profile.identity
        store = self._machine.store
        device = {
            "AlarmInputChannels": 0,
            "AlarmOutputChannels": 0,
            "DeviceClass": identity.device_class,
            "DeviceType": identity.device_type.removeprefix("DH-"),
            "Find": "BD",
            "FindVersion": 1,
            "HttpPort": self.http_port,
            "HttpsPort": self._machine.https_port or 443,
            "IPv4Address": {
                "DefaultGateway": store.text("Network.eth0.DefaultGateway"),
                "DhcpEnable": store.flag("Network.eth0.DhcpEnable"),
                "IPAddress": store.text("Network.eth0.IPAddress"),
                "SubnetMask": store.text("Network.eth0.SubnetMask"),
            },
            "Init": 166,
            "MachineName": store.text("General.MachineName"),
            "Manufacturer": "Private",
            "Port": 37777,
            "RemoteVideoInputChannels": 0,
            "SerialNo": identity.serial,
            "UnLoginFuncMask": 1,
            "Vendor": identity.vendor,
            "Version": identity.version,
            "VideoInputChannels": len(self._machine.hardware),
            "VideoOutputChannels": 16,
        }
        return {
            "mac": identity.mac,
            "method": "client.notifyDevInfo",
            "params": {"deviceInfo": device},
        }
