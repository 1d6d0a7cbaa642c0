"""What whoever runs Gatebook asks a process."""

import pytest
from fastapi.testclient import TestClient

from app.clock import SetClock
from app.db import Book
from app.main import make_app
from app.settings import Settings


def browser(book: Book, clock: SetClock, address: str = "127.0.0.1", **settings: str) -> TestClient:
    """Return a program on the book, asked from an address."""
    app = make_app(book, clock, Settings.model_validate(settings))
    return TestClient(app, base_url="http://gatebook.test", client=(address, 50_000))


def test_a_process_with_a_migrated_book_and_a_clerk_is_ready(book: Book, clock: SetClock) -> None:
    with browser(book, clock) as client:
        assert client.get("/healthz").text == "ok\n"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["ready"]) == (200, True)


def test_a_process_whose_clerk_stopped_is_alive_and_not_ready(book: Book, clock: SetClock) -> None:
    app = make_app(book, clock, Settings())
    with TestClient(app, base_url="http://gatebook.test") as client:
        app.state.gatebook.clerk.stop()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["clerk"], client.get("/healthz").status_code) == (503, False, 200)


def test_a_book_of_another_shape_is_not_ready(book: Book, clock: SetClock) -> None:
    with book.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'another'")
    with browser(book, clock) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["migrated"]) == (503, False)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 404),
        ("203.0.113.7", {"Authorization": "Bearer a-long-token"}, 200),
        ("203.0.113.7", {"Authorization": "Bearer another"}, 404),
        ("203.0.113.7", {"Authorization": "a-long-token"}, 404),
        ("testclient", {}, 404),
    ],
)
def test_figures_are_for_this_machine_and_for_whoever_shows_the_token(
    book: Book, clock: SetClock, address: str, headers: dict[str, str], status: int
) -> None:
    with browser(book, clock, address, metrics_token="a-long-token") as client:
        answer = client.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("gatebook_queue" in answer.text) is (status == 200)


def test_without_a_token_set_no_bearer_opens_the_figures(book: Book, clock: SetClock) -> None:
    with browser(book, clock, "203.0.113.7") as client:
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
