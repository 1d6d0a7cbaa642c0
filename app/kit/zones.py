"""UTC in the book, the site's zone at the edge."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
FIRST_DAY, LAST_DAY = date(2, 1, 1), date(9998, 12, 31)


def local_day(moment: datetime, zone: str) -> date:
    """Return the calendar day that `moment` (aware) falls on in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the first moment of `day` in `zone` and the first of the next day, both in UTC.

    A day at either end of the calendar stands for one that has both in every zone.
    """
    day = min(max(day, FIRST_DAY), LAST_DAY)
    start = datetime.combine(day, time.min, ZoneInfo(zone))
    end = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    return start.astimezone(UTC), end.astimezone(UTC)
