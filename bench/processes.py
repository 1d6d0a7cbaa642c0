"""Servers in processes of their own, on ports of loopback."""

import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager

import psutil

PATIENCE_SECONDS = 20


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str] | None = None) -> Generator[psutil.Process]:
    """Run a server until the block ends; give its process once it takes connections."""
    process = psutil.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Wait until something takes connections on a port of loopback."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError("the server took no connection")
