"""Names that more than one file needs."""

import logging
from typing import Final

DOMAIN: Final = "dahua_camera"
LOGGER: Final = logging.getLogger(__package__)

CONF_ADVANCED: Final = "advanced"
CONF_CERTIFICATE: Final = "certificate"
CONF_HTTPS: Final = "https"
CONF_RTSP_PORT: Final = "rtsp_port"
