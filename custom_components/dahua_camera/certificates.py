"""Certificates in words, as people compare them."""

import re

from cryptography import x509

from .dahua.certificate import fingerprint_of, readable

_UNKNOWN = "?"
# What a stranger wrote is shown as plain words, not as links or emphasis.
_UNUSUAL = re.compile(r"[^\w .,=@+-]")
_LONGEST = 80


def describe(certificate: bytes) -> dict[str, str]:
    """Return what there is to tell of a certificate in DER, as placeholders of a text."""
    return {"fingerprint": readable(fingerprint_of(certificate))} | _told(certificate)


def _told(certificate: bytes) -> dict[str, str]:
    try:
        read = x509.load_der_x509_certificate(certificate)
        signed_by = _UNUSUAL.sub(" ", read.issuer.rfc4514_string())[:_LONGEST]
        valid_until = read.not_valid_after_utc.date().isoformat()
    except ValueError:
        signed_by = valid_until = _UNKNOWN
    return {"signed_by": signed_by, "valid_until": valid_until}
