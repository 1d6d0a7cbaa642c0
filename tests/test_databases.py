"""Every test that touches a book runs on both databases."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import DATABASES

OPENERS = {"conftest.py", "test_databases.py"}
"""Files that open a book and are no tests of it."""


def test_every_test_that_touches_a_book_runs_on_both(request: pytest.FixtureRequest) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for item in request.session.items:
        assert isinstance(item, pytest.Function)
        if "book" in item.fixturenames:
            seen[item.nodeid.partition("[")[0]].add(str(item.callspec.params["database"]))
    assert not {name: found for name, found in seen.items() if found != set(DATABASES)}


def test_no_test_opens_a_book_past_the_fixture_that_names_its_database() -> None:
    for path in Path(__file__).parent.rglob("test_*.py"):
        text = path.read_text()
        if path.name not in OPENERS and "Book(keys=" in text:
            assert "database: str" in text, path
