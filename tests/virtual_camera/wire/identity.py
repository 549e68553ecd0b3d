"""magicBox.cgi and global.cgi: what the camera is and what time it has."""

from datetime import datetime

from tests.virtual_camera.http_server import Response

from .answers import OK, face, lines
from .call import BadCallError, Call, Endpoint

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


async def get_system_info(call: Call) -> Response:
    """Print what most clients ask first."""
    identity = call.machine.profile.identity
    return lines(
        (
            ("appAutoStart", "true"),
            ("deviceType", identity.device_type),
            ("hardwareVersion", identity.hardware_version),
            ("processor", identity.processor),
            ("serialNumber", identity.serial),
            ("updateSerial", identity.update_serial or identity.device_type.removeprefix("DH-")),
        )
    )


async def get_device_type(call: Call) -> Response:
    """Print the model."""
    return lines([("type", call.machine.profile.identity.device_type)])


async def get_serial_no(call: Call) -> Response:
    """Print the serial number."""
    return lines([("sn", call.machine.profile.identity.serial)])


async def get_software_version(call: Call) -> Response:
    """Print version and build in one line."""
    identity = call.machine.profile.identity
    return lines([("version", f"{identity.version},build:{identity.build}")])


async def get_hardware_version(call: Call) -> Response:
    """Print the board's version."""
    return lines([("version", call.machine.profile.identity.hardware_version)])


async def get_machine_name(call: Call) -> Response:
    """Print the name that the owner gave."""
    return lines([("name", call.machine.store.text("General.MachineName"))])


async def get_vendor(call: Call) -> Response:
    """Print who sells it."""
    return lines([("vendor", call.machine.profile.identity.vendor)])


async def get_device_class(call: Call) -> Response:
    """Print what kind of device it is."""
    return lines([("class", call.machine.profile.identity.device_class)])


async def get_product_definition(call: Call) -> Response:
    """Print fixed properties of the product, one or all."""
    products = call.machine.profile.products
    name = call.text("name")
    if not name:
        return lines((f"table.{key}", value) for key, value in sorted(products.items()))
    if name not in products:
        return face(call.machine.profile.faces.table, name)
    return lines([(f"table.{name}", products[name])])


async def reboot(call: Call) -> Response:
    """Agree, and go down once the answer is out."""
    call.machine.request_reboot()
    return OK


async def get_current_time(call: Call) -> Response:
    """Print the local wall clock."""
    return lines([("result", call.machine.clock.now().strftime(TIME_FORMAT))])


async def set_current_time(call: Call) -> Response:
    """Set the local wall clock and tell everybody."""
    machine = call.machine
    try:
        moment = datetime.strptime(call.text("time"), TIME_FORMAT)  # noqa: DTZ007 - a wall clock
    except ValueError:
        raise BadCallError from None
    machine.change_time(moment)
    return OK


ENDPOINTS: dict[str, Endpoint] = {
    "magicBox.getSystemInfo": get_system_info,
    "magicBox.getDeviceType": get_device_type,
    "magicBox.getSerialNo": get_serial_no,
    "magicBox.getSoftwareVersion": get_software_version,
    "magicBox.getHardwareVersion": get_hardware_version,
    "magicBox.getMachineName": get_machine_name,
    "magicBox.getVendor": get_vendor,
    "magicBox.getDeviceClass": get_device_class,
    "magicBox.getProductDefinition": get_product_definition,
    "magicBox.reboot": reboot,
    "global.getCurrentTime": get_current_time,
    "global.setCurrentTime": set_current_time,
}
