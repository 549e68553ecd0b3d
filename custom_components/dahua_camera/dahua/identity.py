"""Who a camera says it is: its serial number, and the firmware that it runs."""

from collections.abc import Mapping

from .errors import (
    AnotherCameraError,
    MalformedResponseError,
    NotADahuaCameraError,
    NotSupportedError,
    RecorderError,
    UnclearRefusalError,
)
from .http import CameraHttp
from .questions import Questions
from .recorders import is_recorder
from .state import CameraInfo

# What the types of network cameras have in them, and those of recorders have not.
_CAMERA_TYPE = "IPC"


async def ask_system(questions: Questions) -> dict[str, str]:
    """Return what the camera says of itself; at least its serial number.

    UnclearRefusalError from a camera that is starting, NotADahuaCameraError from anything else.
    """
    try:
        system = dict(await questions.ask("magicBox.cgi", "action=getSystemInfo"))
    except UnclearRefusalError:
        raise
    except (NotSupportedError, MalformedResponseError) as error:
        raise NotADahuaCameraError(str(error)) from error
    if not system.get("serialNumber"):
        serial = await questions.ask_if_known("magicBox.cgi", "action=getSerialNo")
        system["serialNumber"] = serial.get("sn", "")
    system["serialNumber"] = system["serialNumber"].strip()
    if not system["serialNumber"]:
        raise NotADahuaCameraError("the answer tells no serial number")
    return system


async def refuse_recorder(questions: Questions, system: Mapping[str, str]) -> None:
    """Raise RecorderError where it is one that told `system` of itself.

    A camera whose type tells already is not asked; one that does not answer is believed.
    """
    if _CAMERA_TYPE in system.get("deviceType", "").upper():
        return
    told = await questions.ask_optional("magicBox.cgi", "action=getDeviceClass")
    if is_recorder(told.get("class", "")):
        raise RecorderError("it is a recorder")


async def ask_firmware(questions: Questions) -> str:
    """Return the version of the firmware; empty where the camera does not tell."""
    told = await questions.ask_if_known("magicBox.cgi", "action=getSoftwareVersion")
    return told.get("version", "").split(",")[0]


async def recognize(http: CameraHttp, info: CameraInfo) -> str | None:
    """Return the firmware of a camera if it is another one than when it said what it is.

    Raises AnotherCameraError where it is not that camera that answers.
    """
    questions = Questions(http)
    system = await ask_system(questions)
    if system["serialNumber"] != info.serial:
        raise AnotherCameraError(http.address.host)
    firmware = await ask_firmware(questions)
    return None if firmware in {"", info.firmware} else firmware
