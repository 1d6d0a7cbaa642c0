"""Http and https out of one process: one program, one life, two doors."""

import asyncio
import contextlib
import socket
from typing import Any

import uvicorn

from app.clock import Clock
from app.errors import StartError
from app.trust.security import Door

LOOK_SECONDS = 2
"""How soon a certificate's file that was replaced is shown."""
HANDSHAKE_SECONDS = 20
GOODBYE_SECONDS = 1.0
"""How long the end waits for a browser to end TLS too: many never do."""


class Server(uvicorn.Server):
    """A server that answers http on its first socket and https on its second."""

    def __init__(self, config: uvicorn.Config, door: Door | None = None, clock: Clock | None = None) -> None:
        """Serve `config`; `door` is what the second socket shows."""
        super().__init__(config)
        self.door = door
        self.clock = clock or Clock()
        self._watching: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open both doors once the program has started."""
        plain, *secure = sockets or []
        await super().startup([plain])
        if self.door is None:
            return
        for listener in secure:
            opened = await asyncio.get_running_loop().create_server(
                self._protocol, sock=listener, ssl=self.door.context, backlog=self.config.backlog,
                ssl_handshake_timeout=HANDSHAKE_SECONDS, ssl_shutdown_timeout=GOODBYE_SECONDS,
            )  # fmt: skip
            self.servers.append(opened)
        self._watching = asyncio.create_task(self._watch(self.door))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close both."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        # Uvicorn's own way, which its types don't tell.
        made: Any = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    async def _watch(self, door: Door) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if await asyncio.to_thread(door.look, self.clock.now()):
                # Where it was replaced once more meanwhile, the next look finds that.
                with contextlib.suppress(StartError):
                    door.show()
