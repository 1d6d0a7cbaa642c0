"""A hash chain over salted digests.

A link covers the digest of its content, not the content: content and salt can be erased later and the chain
still verifies.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

GENESIS = bytes(32)


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return `document` as the one JSON text that every writer of it agrees on (sorted keys, no spaces, UTF-8)."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def salted_digest(salt: bytes, content: bytes) -> bytes:
    """Return 32 bytes that commit to `content` and, without `salt`, tell nothing about it."""
    return hmac.digest(salt, content, hashlib.sha256)


def link(previous: bytes, header: bytes, content_digest: bytes) -> bytes:
    """Return the 32-byte digest of the next link: over the previous link, its own header and its content's digest."""
    digest = hashlib.sha256(previous)
    digest.update(len(header).to_bytes(4, "big"))
    digest.update(header)
    digest.update(content_digest)
    return digest.digest()
