"""UTC in the book, the site's zone at the edge."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"


def local_day(moment: datetime, zone: str) -> date:
    """Return the calendar day that `moment` (aware) falls on in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of `day` in `zone` and the first of the next day, both in UTC."""
    start = datetime.combine(day, time.min, ZoneInfo(zone))
    end = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    return start.astimezone(UTC), end.astimezone(UTC)
