"""What can be called over RPC2, once logged in."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.virtual_camera.machine import Machine
from tests.virtual_camera.store import RefusedWriteError, UnknownTableError
from tests.virtual_camera.tables import flatten, nest, parse

from .errors import Code, RpcError

type Params = Mapping[str, Any]
type Method = Callable[[Machine, Params], tuple[Any, Any]]
"""Takes the params and returns `result` and `params` of the answer."""

_INSTANCES = ("devVideoInput", "devVideoAnalyse", "CoaxialControlIO", "configManager")


def _prefix(params: Params) -> str:
    name = params.get("name")
    if not isinstance(name, str) or not name:
        raise RpcError(Code.BAD_PARAMETERS)
    channel = _number(params, "channel", -1)
    return f"{name}[{channel}]" if channel >= 0 else name


def _number(params: Params, key: str, default: int = 0) -> int:
    number = params.get(key, default)
    if not isinstance(number, int):
        raise RpcError(Code.BAD_PARAMETERS)
    return number


def _known(machine: Machine, prefix: str) -> None:
    if prefix not in machine.store:
        raise RpcError(Code.NOT_SET)


def get_config(machine: Machine, params: Params) -> tuple[Any, Any]:
    """Return a table as it really is, or one channel's part of it."""
    prefix = _prefix(params)
    _known(machine, prefix)
    return True, {"table": nest(dict(machine.store.under(prefix)), prefix)}


def set_config(machine: Machine, params: Params) -> tuple[Any, Any]:
    """Put a whole table, or one channel's part of it, in the place of the old one."""
    prefix = _prefix(params)
    _known(machine, prefix)
    rows = flatten(params.get("table"), prefix)
    if not rows or prefix in rows:
        raise RpcError(Code.BAD_PARAMETERS)
    try:
        machine.replace(prefix, rows)
    except RefusedWriteError, UnknownTableError:
        raise RpcError(Code.NOT_SET) from None
    return True, {"options": None}


def get_default(machine: Machine, params: Params) -> tuple[Any, Any]:
    """Return a table as the factory set it."""
    prefix = _prefix(params)
    _known(machine, prefix)
    return True, {"table": nest(machine.profile.tables_under(prefix), prefix)}


def get_device_type(machine: Machine, _: Params) -> tuple[Any, Any]:
    """Return the model."""
    return True, {"type": machine.profile.identity.device_type}


def get_software_version(machine: Machine, _: Params) -> tuple[Any, Any]:
    """Return version and build date."""
    identity = machine.profile.identity
    return True, {"version": {"Version": identity.version, "BuildDate": identity.build}}


def get_serial(machine: Machine, _: Params) -> tuple[Any, Any]:
    """Return the serial number."""
    return True, {"sn": machine.profile.identity.serial}


def get_current_time(machine: Machine, _: Params) -> tuple[Any, Any]:
    """Return the local wall clock."""
    return True, {"time": f"{machine.clock.now():%F %T}"}


def get_collect(machine: Machine, _: Params) -> tuple[Any, Any]:
    """Return how many sensors there are."""
    return {"channels": len(machine.hardware)}, None


def get_caps(machine: Machine, params: Params) -> tuple[Any, Any]:
    """Return what a sensor can do; channels count from 0 here."""
    answers = machine.profile.capabilities.get("devVideoInput.getCaps", ())
    channel = _number(params, "channel")
    if not machine.has_channel(channel) or not answers:
        raise RpcError(Code.BAD_PARAMETERS)
    rows = answers[channel] if len(answers) > 1 else answers[0]
    text = "\n".join(f"caps.{name}={value}" for name, value in rows.items())
    return True, {"caps": nest(parse(text), "caps")}


def get_focus_status(machine: Machine, params: Params) -> tuple[Any, Any]:
    """Return where the motors are."""
    lens = machine.lenses.get(_number(params, "channel"))
    if lens is None:
        raise RpcError(Code.BAD_PARAMETERS)
    status = "Autofocus" if lens.moving else "Normal"
    return True, {"status": {"Focus": lens.focus, "Zoom": lens.zoom, "Status": status}}


def create_instance(_: Machine, params: Params) -> tuple[Any, Any]:
    """Return the number of an object; one serves a channel."""
    return 1000 + _number(params, "channel"), None


METHODS: Mapping[str, Method] = {
    "configManager.getConfig": get_config,
    "configManager.setConfig": set_config,
    "configManager.getDefault": get_default,
    "magicBox.getDeviceType": get_device_type,
    "magicBox.getSoftwareVersion": get_software_version,
    "magicBox.getSerialNo": get_serial,
    "global.getCurrentTime": get_current_time,
    "devVideoInput.factory.getCollect": get_collect,
    "devVideoInput.getCaps": get_caps,
    "devVideoInput.getFocusStatus": get_focus_status,
} | {f"{name}.factory.instance": create_instance for name in _INSTANCES}
