"""The folder `tls` in the data folder: the authority, its key, and the machine's certificate.

Everything that may be wrong with them is a StartError: one sentence for whoever runs Gatebook.
"""

import fcntl
import os
import ssl
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from app.errors import StartError
from app.settings import Settings
from app.trust.files.authority import Authority, held, issue, key_text, make_authority
from app.trust.rules import Held, Renewal, limits_for, renewal

FOLDER, AUTHORITY, AUTHORITY_KEY, SERVER, NAMES = "tls", "authority.crt", "authority.key", "server.pem", "names.txt"


@dataclass(frozen=True, slots=True)
class Kept:
    """The certificate as it stands: why it was just made anew, if it was, and the names it could not be given."""

    certificate: x509.Certificate
    renewed: Renewal | Literal["asked"] | None
    left_out: tuple[str, ...]

    @property
    def held(self) -> Held:
        """What matters of it."""
        return held(self.certificate)


def tls_folder(settings: Settings) -> Path:
    """Return where the authority and its certificate lie."""
    return settings.data / FOLDER


def bought_certificate(settings: Settings) -> Path | None:
    """Return where a certificate from elsewhere lies, if there is one; raises StartError for half of its pair."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise StartError("tls_pair")
    return settings.tls_cert


def find_authority(folder: Path) -> Authority | None:
    """Return the authority in a folder, None where there is no trace of one; raises StartError for half of it."""
    paths = folder / AUTHORITY, folder / AUTHORITY_KEY
    there = [path for path in paths if path.exists()]
    if not there and not (folder / SERVER).exists():
        return None
    if len(there) < len(paths):
        raise StartError("tls_half", path=folder, names=", ".join(path.name for path in paths if path not in there))
    certificate, key = read_certificate(paths[0]), _read_key(paths[1])
    if certificate.public_key() != key.public_key():
        raise StartError("tls_apart", path=folder)
    return Authority(certificate, key)


def require_authority(folder: Path) -> Authority:
    """Return the authority in a folder; raises StartError where there is none."""
    found = find_authority(folder)
    if found is None:
        raise StartError("tls_none", path=folder)
    return found


def read_certificate(path: Path) -> x509.Certificate:
    """Return the first certificate in a PEM file; raises StartError."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError as error:
        raise StartError("tls_unreadable", path=path) from error
    except ValueError as error:
        raise StartError("tls_odd", path=path) from error


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise StartError("tls_unreadable", path=path) from error
    except (ValueError, TypeError) as error:
        raise StartError("tls_odd", path=path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise StartError("tls_odd", path=path)
    return key


def open_authority(folder: Path, machine: str, names: Sequence[str], now: datetime) -> tuple[Authority, bool]:
    """Return the folder's authority, made where there is none yet, and whether it was."""
    with _alone(folder):
        known = find_authority(folder)
        if known is not None:
            return known, False
        made = make_authority(machine, limits_for(names), now)
        _replace(folder / AUTHORITY_KEY, key_text(made.key))
        _replace(folder / AUTHORITY, made.certificate.public_bytes(Encoding.PEM))
        return made, True


def more_names(folder: Path) -> list[str]:
    """Return the names that `tls init --name` was given; they are kept through every renewal."""
    path = folder / NAMES
    try:
        return path.read_text(encoding="utf-8").split() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise StartError("tls_unreadable", path=path) from error


def note_names(folder: Path, names: Sequence[str]) -> None:
    """Keep names for later renewals."""
    with _alone(folder):
        _replace(folder / NAMES, "".join(f"{name}\n" for name in names).encode())


def put_aside(folder: Path, now: datetime) -> Path | None:
    """Move a folder away under a name that says when, so that a new authority is made; None where there is none."""
    if not folder.exists():
        return None
    old = folder.with_name(f"{folder.name}-{now:%Y%m%d-%H%M%S}")
    try:
        return folder.rename(old)
    except OSError as error:
        raise StartError("folder_unusable", path=folder) from error


def keep_certificate(
    folder: Path, authority: Authority, wanted: Sequence[str], now: datetime, *, anyway: bool = False
) -> Kept:
    """Return the machine's certificate, made anew where the rule says so (or `anyway`) and left alone otherwise.

    Processes that come to it together make one: the second finds the first one's.
    """
    permitted = [name for name in wanted if authority.limits.permit(name)]
    left_out = tuple(name for name in wanted if name not in permitted)
    with _alone(folder):
        path = folder / SERVER
        known = read_certificate(path) if path.exists() else None
        why = _why(authority, known, permitted, now)
        if known is not None and why is None and not anyway:
            return Kept(known, None, left_out)
        _replace(path, issue(authority, permitted, now))
    return Kept(read_certificate(path), why or "asked", left_out)


def _why(authority: Authority, known: x509.Certificate | None, wanted: Sequence[str], now: datetime) -> Renewal | None:
    ends = authority.certificate.not_valid_after_utc
    if now >= ends:
        raise StartError("tls_over", ends=f"{ends:%d/%m/%Y}")
    if known is None:
        return "missing"
    try:
        known.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return "other_authority"
    why = renewal(held(known), wanted, now)
    # In its last year the authority can give no more than it has left.
    return None if why == "expiring" and known.not_valid_after_utc >= ends else why


def load_pair(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    """Let connections from now on be shown this certificate; raises StartError where the files don't serve."""
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise StartError("tls_apart" if "MISMATCH" in str(error.reason) else "tls_odd", path=certificate) from error
    except OSError as error:
        raise StartError("tls_unreadable", path=certificate if not _readable(certificate) else key) from error


def _no_password() -> str:
    """Answer for an encrypted key: OpenSSL would ask on the terminal, and nobody sits there."""
    return ""


def _readable(path: Path) -> bool:
    return os.access(path, os.R_OK)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Hold the folder, made where it isn't there, against other processes of this machine."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held_open = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StartError("folder_unusable", path=folder) from error
    try:
        fcntl.flock(held_open, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held_open)


def _replace(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads (mkstemp's 0600), whole or not at all."""
    try:
        number, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except OSError as error:
        raise StartError("folder_unusable", path=path.parent) from error
