"""Pages and their assets leave compressed: a phone on a weak network waits for a quarter of the bytes."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEAST_BYTES = 1000
LEVEL = 6


class Compression(GZipMiddleware):
    """Compresses all but the machine's addresses: commands answer in few bytes, feeds must not be held back."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        super().__init__(app, minimum_size=LEAST_BYTES, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a machine's request on as it is, and anything else by way of gzip."""
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)
