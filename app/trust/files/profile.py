"""The authority in the forms that devices take in: DER for Android and Windows, a profile for iPadOS."""

import plistlib
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives.serialization import Encoding

from app.trust.files.authority import Authority

IDENTIFIER = "gatebook.authority"


def as_der(authority: Authority) -> bytes:
    """Return the certificate in DER: never the key."""
    return authority.certificate.public_bytes(Encoding.DER)


def as_profile(authority: Authority, title: str, description: str) -> bytes:
    """Return a configuration profile (Apple's com.apple.security.root) that installs the certificate.

    The same authority has the same ids, so that a profile that is installed twice is there once.
    """
    of = "".join(authority.fingerprint)
    root: dict[str, Any] = {
        **_payload("com.apple.security.root", uuid5(NAMESPACE_URL, of), title),
        "PayloadCertificateFileName": "gatebook-ca.crt",
        "PayloadContent": as_der(authority),
    }
    profile: dict[str, Any] = {
        **_payload("Configuration", uuid5(NAMESPACE_URL, f"profile {of}"), title),
        "PayloadDescription": description,
        "PayloadContent": [root],
    }
    return plistlib.dumps(profile)


def _payload(kind: str, uuid: UUID, title: str) -> dict[str, Any]:
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{IDENTIFIER}.{uuid}",
        "PayloadUUID": str(uuid).upper(),
        "PayloadDisplayName": title,
    }
