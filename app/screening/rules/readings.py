"""What the readings of a temperature ask for."""

from datetime import datetime, timedelta
from typing import cast

from app.screening.rules.decision import Finding, Reason
from app.screening.rules.policy import DecisionKind, Policy
from app.screening.rules.temperature import NotMeasured, Reading


def find_temperature(readings: tuple[Reading, ...], policy: Policy, now: datetime) -> list[Finding]:
    """Return what the readings ask for, at most two findings about the newest that counts; none when it is normal."""
    counted, early = _counted(readings, policy)
    if not counted:
        return []
    last = counted[-1]
    if last.tenths is None:
        return [_find_not_measured(counted, policy, now)]
    if not policy.is_high(last.tenths):
        return []
    again = _trailing_highs(counted, policy)
    values = temperature_values(last.tenths, policy)
    if again >= policy.readings_max:
        code = "temperature_high_again" if again > 1 else "temperature_high"
        return [Finding(policy.after_last_high, Reason(code, values))]
    found = Finding("recheck", Reason("temperature_high", values), _after(last, policy.rest_minutes, now))
    too_early = Finding("recheck", Reason("rest_not_over", {"minutes": policy.rest_minutes}), found.recheck_at)
    return [found, too_early] if early else [found]


def temperature_values(tenths: int, policy: Policy) -> dict[str, int | str]:
    """Return the values of a reason about a temperature, in tenths."""
    return {"temperature_tenths": tenths, "threshold_tenths": policy.threshold_tenths}


def _counted(readings: tuple[Reading, ...], policy: Policy) -> tuple[list[Reading], bool]:
    """Return the readings that count, and whether the newest was taken before the rest was over."""
    counted: list[Reading] = []
    early = False
    for reading in sorted(readings, key=lambda reading: reading.at):
        last = counted[-1] if counted else None
        resting = last is not None and last.tenths is not None and policy.is_high(last.tenths)
        early = policy.rest_enforced and resting and reading.at < _rest_end(cast("Reading", last), policy)
        if not early:
            counted.append(reading)
    return counted, early


def _rest_end(reading: Reading, policy: Policy) -> datetime:
    return reading.at + timedelta(minutes=policy.rest_minutes)


def _trailing_highs(counted: list[Reading], policy: Policy) -> int:
    """Count the high numbers since the last normal one; what could not be measured counts for neither."""
    highs = 0
    for reading in reversed(counted):
        if reading.tenths is None:
            continue
        if not policy.is_high(reading.tenths):
            break
        highs += 1
    return highs


def _find_not_measured(counted: list[Reading], policy: Policy, now: datetime) -> Finding:
    last = counted[-1]
    code = cast("NotMeasured", last.reason)
    if _trailing_highs(counted, policy):
        return Finding(policy.after_last_high, Reason("high_then_not_measured"))
    kind: DecisionKind = getattr(policy.not_measured, code)
    tries = len(counted) - sum(1 for reading in counted if reading.tenths is not None)
    if kind == "recheck" and tries >= policy.readings_max:
        return Finding(policy.after_last_not_measured, Reason(f"not_measured_{code}"))
    recheck_at = _after(last, policy.retry_minutes, now) if kind == "recheck" else None
    return Finding(kind, Reason(f"not_measured_{code}"), recheck_at)


def _after(reading: Reading, minutes: int, now: datetime) -> datetime:
    # A tablet whose clock runs ahead must not keep anybody waiting longer.
    return min(reading.at, now) + timedelta(minutes=minutes)
