"""The description of a stream: what tracks it has and how they are packed."""

from base64 import b64encode

from .encoder import AUDIO_CONFIG, SAMPLE_RATE
from .view import StreamSettings

VIDEO_PAYLOAD_TYPE = 96
AUDIO_PAYLOAD_TYPE = 97
VIDEO_CLOCK = 90000
_AUDIO_FORMAT = (
    "streamtype=5",
    "profile-level-id=1",
    "mode=AAC-hbr",
    "sizelength=13",
    "indexlength=3",
    "indexdeltalength=3",
    f"config={AUDIO_CONFIG.hex().upper()}",
)


def description(settings: StreamSettings, sets: tuple[bytes, ...]) -> str:
    """Return the SDP text of a stream that begins with these parameter sets."""
    lines = [
        "v=0",
        "o=- 2251938210 2251938210 IN IP4 0.0.0.0",
        "s=RTSP Session/2.0",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        "a=packetization-supported:DH",
        f"m=video 0 RTP/AVP {VIDEO_PAYLOAD_TYPE}",
        "a=control:trackID=0",
        f"a=framerate:{settings.frame_rate:.6f}",
        *_video_format(settings, sets),
        "a=recvonly",
    ]
    if settings.audio:
        lines += [
            f"m=audio 0 RTP/AVP {AUDIO_PAYLOAD_TYPE}",
            "a=control:trackID=1",
            f"a=rtpmap:{AUDIO_PAYLOAD_TYPE} MPEG4-GENERIC/{SAMPLE_RATE}",
            f"a=fmtp:{AUDIO_PAYLOAD_TYPE} {';'.join(_AUDIO_FORMAT)}",
            "a=recvonly",
        ]
    return "\r\n".join(lines) + "\r\n"


def _video_format(settings: StreamSettings, sets: tuple[bytes, ...]) -> list[str]:
    coded = [b64encode(unit).decode() for unit in sets]
    if settings.codec == "H.265":
        names = ("sprop-vps", "sprop-sps", "sprop-pps")
        parameters = ";".join(f"{name}={value}" for name, value in zip(names, coded, strict=True))
        codec = "H265"
    else:
        profile = sets[0][1:4].hex().upper()
        parameters = ";".join(
            (
                "packetization-mode=1",
                f"profile-level-id={profile}",
                f"sprop-parameter-sets={','.join(coded)}",
            )
        )
        codec = "H264"
    return [
        f"a=rtpmap:{VIDEO_PAYLOAD_TYPE} {codec}/{VIDEO_CLOCK}",
        f"a=fmtp:{VIDEO_PAYLOAD_TYPE} {parameters}",
    ]
