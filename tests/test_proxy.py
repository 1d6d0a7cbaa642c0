"""The proxy does what it says, to plain connections and to TLS."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.trust.files.folder import AUTHORITY, FOLDER, SERVER, keep_certificate, open_authority
from tests.proxy import Proxy, Trouble

BIG = "x" * 5000
GONE = (OSError, http.client.HTTPException)


class Book(ThreadingHTTPServer):
    """Writes down what is sent to it, and answers `ok`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.lines: list[str] = []
        self.trusted: ssl.SSLContext | None = None
        self.port = int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Let connections be cut."""


class Clerk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Book  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) == length:
            self.server.lines.append(body.decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Log nothing."""


@pytest.fixture(params=["http", "https"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    made = Book()
    if request.param == "https":
        now = datetime.now(UTC)
        authority, _ = open_authority(tmp_path / FOLDER, "thử", ["localhost"], now)
        keep_certificate(tmp_path / FOLDER, authority, ["localhost"], now)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / FOLDER / SERVER)
        made.socket = context.wrap_socket(made.socket, server_side=True, do_handshake_on_connect=False)
        made.trusted = ssl.create_default_context(cafile=tmp_path / FOLDER / AUTHORITY)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def proxy(written: Book) -> Iterator[Proxy]:
    with Proxy(written.port) as made:
        yield made


Reach = Callable[[], http.client.HTTPConnection]


@pytest.fixture
def reach(written: Book, proxy: Proxy) -> Iterator[Reach]:
    """Give what makes a client; all of them are closed at the end."""
    with ExitStack() as closing:

        def made() -> http.client.HTTPConnection:
            if written.trusted is None:
                connection = http.client.HTTPConnection("localhost", proxy.port, timeout=1)
            else:
                connection = http.client.HTTPSConnection("localhost", proxy.port, timeout=1, context=written.trusted)
            closing.callback(connection.close)
            return connection

        yield made


def post(connection: http.client.HTTPConnection, line: str) -> bytes:
    try:
        connection.request("POST", "/", line)
        return connection.getresponse().read()
    except GONE:
        connection.close()
        raise


def test_what_passes_comes_through_untouched(written: Book, proxy: Proxy, reach: Reach) -> None:
    proxy.latency = 0.01
    connection = reach()

    assert [post(connection, line) for line in ("a", BIG, "b")] == [b"ok"] * 3
    assert written.lines == ["a", BIG, "b"]
    assert proxy.connections == 1


def test_a_lost_reply_is_one_to_a_request_that_arrived(written: Book, proxy: Proxy, reach: Reach) -> None:
    proxy.trouble = Trouble(replies=2, least=2000)
    connection = reach()
    assert post(connection, "small") == b"ok"
    for line in (BIG + "1", BIG + "2"):
        with pytest.raises(GONE):
            post(connection, line)

    assert post(connection, BIG + "3") == b"ok"
    assert written.lines == ["small", BIG + "1", BIG + "2", BIG + "3"]
    assert proxy.lost == 2


def test_a_cut_request_never_arrives(written: Book, proxy: Proxy, reach: Reach) -> None:
    proxy.trouble = Trouble(requests=1, least=2000)
    connection = reach()
    assert post(connection, "small") == b"ok"
    with pytest.raises(GONE):
        post(connection, BIG)

    assert post(connection, "again") == b"ok"
    assert written.lines == ["small", "again"]
    assert proxy.cut == 1


def test_chance_chooses_the_same_ones_each_time(written: Book, proxy: Proxy, reach: Reach) -> None:
    def answered() -> list[bool]:
        proxy.trouble = Trouble(replies=99, chance=0.5, least=2000, seed=7)
        found: list[bool] = []
        for _ in range(8):
            connection = reach()
            try:
                found.append(post(connection, BIG) == b"ok")
            except GONE:
                found.append(False)
            connection.close()
        return found

    first = answered()
    assert answered() == first
    assert 0 < sum(first) < 8
    assert len(written.lines) == 16


def test_a_refused_connection_cuts_what_is_open_and_heals_on_the_same_port(
    written: Book, proxy: Proxy, reach: Reach
) -> None:
    connection = reach()
    post(connection, "a")
    proxy.go("refuse")
    with pytest.raises(GONE):
        post(connection, "b")
    with pytest.raises(ConnectionRefusedError):
        post(connection, "b")
    proxy.go("pass")

    assert post(connection, "c") == b"ok"
    assert written.lines == ["a", "c"]


def test_a_silent_network_answers_nothing(written: Book, proxy: Proxy, reach: Reach) -> None:
    connection = reach()
    post(connection, "a")
    proxy.go("swallow")
    with pytest.raises(TimeoutError):
        post(connection, "b")
    with pytest.raises(TimeoutError):
        post(connection, "b")
    proxy.go("pass")

    assert post(connection, "c") == b"ok"
    assert written.lines == ["a", "c"]


def test_a_server_that_starts_again_is_found_again(proxy: Proxy, reach: Reach) -> None:
    proxy.target, there = 1, proxy.target
    with pytest.raises(GONE):
        post(reach(), "a")
    proxy.target = there

    assert post(reach(), "b") == b"ok"
