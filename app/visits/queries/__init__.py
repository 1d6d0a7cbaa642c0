"""The book as people read it: lines by keyset, search, and the figures at a page's head."""

from app.visits.queries.figures import DaySum, Heads, arrivals_by_hour, day_sum, heads
from app.visits.queries.filters import Filters, Line, Standpoint, standpoint
from app.visits.queries.lines import find_line, rows, touched
from app.visits.queries.names import ACTING, PLACES, Names, names_of
from app.visits.queries.search import Query, Sought, search

__all__ = [
    "ACTING",
    "PLACES",
    "DaySum",
    "Filters",
    "Heads",
    "Line",
    "Names",
    "Query",
    "Sought",
    "Standpoint",
    "arrivals_by_hour",
    "day_sum",
    "find_line",
    "heads",
    "names_of",
    "rows",
    "search",
    "standpoint",
    "touched",
]
