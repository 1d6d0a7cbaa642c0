"""How failed attempts slow somebody down, what a PIN and a passphrase must be, who counts as whom."""

import itertools
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

FREE_FAILURES = 5
FREE_GUESSES = 50
"""Wrong pairing codes from everywhere together: one in twenty thousand guesses it, whatever addresses are used."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)
PASSPHRASE_LETTERS = (10, 200)

LOGIN_LETTERS = 60
SEALED_CODE_VALID = timedelta(days=180)
SEALED_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Read off an envelope at six in the morning: no 0 or O, no 1 or I."""
SEALED_CODE_LETTERS = 12
PAIRING_VALID = timedelta(minutes=10)
STAND_IN_VALID = timedelta(hours=12)
SESSION_VALID = timedelta(hours=12)
SHIFT_VALID = timedelta(hours=24)

ROLES: Mapping[str, frozenset[str]] = {
    "guard": frozenset({"guard"}),
    "receptionist": frozenset({"receptionist", "manager"}),
    "manager": frozenset({"manager"}),
    "admin": frozenset({"admin", "manager"}),
}
"""Whose role is enough for whom: the manager does what reception does and what an admin does."""


def wait_after(failures: int, free: int = FREE_FAILURES) -> timedelta:
    """Return how long to wait after so many failures in a row: 30 s from the fifth, doubling to 15 minutes."""
    if failures < free:
        return timedelta()
    return min(FIRST_WAIT * 2 ** min(failures - free, 10), LONGEST_WAIT)


def failures_now(failures: int, last_at: datetime, now: datetime) -> int:
    """Return how many failures still count: an hour of peace forgets them."""
    return 0 if now - last_at > FORGET_AFTER else failures


def check_pin(pin: str) -> str | None:
    """Return an error code for a PIN that is not six digits or is too easily guessed, else None."""
    if not re.fullmatch(r"[0-9]{6}", pin):
        return "pin_six_digits"
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)}
    return "pin_too_easy" if len(steps) == 1 and steps <= {0, 1, 9} else None


def check_passphrase(passphrase: str, name: str) -> str | None:
    """Return an error code for a passphrase that is too short, too long or the name itself, else None."""
    least, most = PASSPHRASE_LETTERS
    if len(passphrase.strip()) < least:
        return "passphrase_short"
    if len(passphrase) > most:
        return "too_long"
    return "passphrase_is_name" if passphrase.strip().casefold() == name.strip().casefold() else None


def check_login(login: str) -> str | None:
    """Return an error code for a login that cannot be typed on every keyboard, else None."""
    if not login.strip():
        return "login_missing"
    if len(login.strip()) > LOGIN_LETTERS:
        return "too_long"
    return None if re.fullmatch(r"[\w.@-]+", login.strip()) else "login_odd"


def may_manage(role: str, whose: str) -> bool:
    """Tell whether somebody of `role` may make, change or take out of use an account of the role `whose`.

    Whoever administers the program must not make themselves the keeper of the book.
    """
    return whose != "manager" or role != "admin"


def pairing_code(seed: bytes) -> str:
    """Return the six digits that a seed of at least 8 bytes stands for."""
    return f"{int.from_bytes(seed[:8], 'big') % 1_000_000:06d}"


def sealed_code(seed: bytes) -> str:
    """Return the letters and digits of a sealed code, in groups of four, for a seed of 16 bytes."""
    number = int.from_bytes(seed, "big")
    letters = ""
    for _ in range(SEALED_CODE_LETTERS):
        number, at = divmod(number, len(SEALED_ALPHABET))
        letters += SEALED_ALPHABET[at]
    return "-".join(re.findall("....", letters))
