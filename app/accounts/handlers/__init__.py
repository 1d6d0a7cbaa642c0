"""Opening and ending sessions, pairing devices, making accounts."""

from app.accounts.handlers.codes import cancel_sealed_code, create_token, issue_sealed_code, open_stand_in, revoke_token
from app.accounts.handlers.devices import open_pairing, pair_device, revoke_device
from app.accounts.handlers.people import change_secret, create_account, disable_account
from app.accounts.handlers.sessions import count_failure, end_session, open_session
from app.clerk import Clerk

KINDS = frozenset(
    {
        "open_session",
        "end_session",
        "change_secret",
        "disable_account",
        "revoke_device",
        "revoke_token",
        "open_stand_in",
        "pair_device",
    }
)
"""After one of these, whoever was let in before is looked up again."""


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("open_session", open_session)
    clerk.register("end_session", end_session)
    clerk.register("count_failure", count_failure)
    clerk.register("create_account", create_account)
    clerk.register("change_secret", change_secret)
    clerk.register("disable_account", disable_account)
    clerk.register("open_pairing", open_pairing)
    clerk.register("pair_device", pair_device)
    clerk.register("revoke_device", revoke_device)
    clerk.register("issue_sealed_code", issue_sealed_code)
    clerk.register("cancel_sealed_code", cancel_sealed_code)
    clerk.register("open_stand_in", open_stand_in)
    clerk.register("create_token", create_token)
    clerk.register("revoke_token", revoke_token)
