"""Pairing devices, and revoking them."""

from typing import Any

from sqlmodel import col

from app.accounts import repository, rules
from app.accounts.commands import OpenPairing, PairDevice, RevokeDevice
from app.accounts.models import Device, DeviceToken, LoginSession, Pairing
from app.clerk import Work
from app.errors import Refusal
from app.journal.handlers import lock_head, record
from app.kit.ids import new_id
from app.kit.text import clean


def open_pairing(work: Work, command: OpenPairing) -> dict[str, Any]:
    """Keep a pairing code for ten minutes."""
    lock_head(work)
    hashed = bytes.fromhex(command.code_hash)
    known = work.session.get(Pairing, hashed)
    if known is not None:
        if known.used_at is None and work.received_at < known.expires_at:
            raise Refusal("pairing_code_taken")
        work.session.delete(known)
        work.session.flush()
    if not repository.gate_exists(work.session, work.site_id, command.gate_id):
        raise Refusal("not_found")
    expires_at = work.received_at + rules.PAIRING_VALID
    work.session.add(
        Pairing(
            code_hash=hashed,
            site_id=work.site_id,
            gate_id=command.gate_id,
            name=clean(command.name),
            purpose=command.purpose,
            expires_at=expires_at,
        )
    )
    record(work, "PairingOpened", ("gate", command.gate_id), {"name": command.name, "purpose": command.purpose})
    return {"expires_at": expires_at.isoformat()}


def pair_device(work: Work, command: PairDevice) -> dict[str, Any]:
    """Pair a device with a code, once."""
    lock_head(work)
    pairing = work.session.get(Pairing, bytes.fromhex(command.code_hash))
    if pairing is None or pairing.used_at is not None or work.received_at >= pairing.expires_at:
        raise Refusal("pairing_unknown")
    pairing.used_at = work.received_at
    device = Device(
        site_id=work.site_id,
        id=new_id(),
        gate_id=pairing.gate_id,
        name=pairing.name,
        purpose=pairing.purpose,
        paired_at=work.received_at,
    )
    work.session.add(device)
    work.session.flush()
    hashed = bytes.fromhex(command.device_token_hash)
    work.session.add(DeviceToken(token_hash=hashed, site_id=work.site_id, device_id=device.id))
    record(work, "DevicePaired", ("device", device.id), {"name": device.name, "purpose": device.purpose})
    return {"device_id": str(device.id), "purpose": device.purpose}


def revoke_device(work: Work, command: RevokeDevice) -> dict[str, Any]:
    """Let a device in no more."""
    lock_head(work)
    device = work.session.get(Device, (work.site_id, command.device_id))
    if device is None or device.revoked_at is not None:
        raise Refusal("not_found")
    device.revoked_at = work.received_at
    repository.end_sessions(work.session, work.site_id, work.received_at, col(LoginSession.device_id) == device.id)
    record(work, "DeviceRevoked", ("device", device.id), {"name": device.name})
    return {}
