"""The camera's words for what it sees: in tables, in rules and in events."""

from .state import ObjectKind

MOTION_CODE = "VideoMotion"

SMART_MOTION_KINDS = {"Human": ObjectKind.PERSON, "Vehicle": ObjectKind.VEHICLE}
SMART_MOTION_CODES = {
    "SmartMotionHuman": ObjectKind.PERSON,
    "SmartMotionVehicle": ObjectKind.VEHICLE,
}
OBJECT_KINDS = {
    **SMART_MOTION_KINDS,
    "NonMotor": ObjectKind.BICYCLE,
    "HumanFace": ObjectKind.FACE,
}
# Engines that tell a kind by themselves; a rule's type is the code of its events.
ENGINE_KINDS = {
    "HumanTrait": ObjectKind.PERSON,
    "VehicleDetect": ObjectKind.VEHICLE,
    "TrafficJunction": ObjectKind.VEHICLE,
    "NonMotorDetect": ObjectKind.BICYCLE,
    "FaceDetection": ObjectKind.FACE,
    "FaceRecognition": ObjectKind.FACE,
}
