"""What HTTPS is spoken with: cameras sign for themselves, and old ones know old TLS only."""

import ssl


def tolerant_context() -> ssl.SSLContext:
    """Return a context that takes any certificate, version and cipher that can be had.

    Home Assistant's own one goes without the versions that its interpreter leaves out.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= ssl.OP_LEGACY_SERVER_CONNECT
    return context


# One for all cameras, as it is dear, and made while this is imported: off the event loop.
TOLERANT = tolerant_context()
