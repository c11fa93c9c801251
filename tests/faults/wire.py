"""A proxy before PostgreSQL's Unix socket that can cut the connection after any byte, in either direction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SENT, RECEIVED = "sent", "received"
DIRECTIONS = (SENT, RECEIVED)
"""From the application's point of view."""


class Wire:
    """carried: bytes by direction since the last `cut` or `mend`. was_cut: whether the connections have been cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writers: set[asyncio.StreamWriter] = set()
        self.mend()

    def dsn(self, direct: str) -> str:
        """The address by which the same role reaches the same database through this wire."""
        parts = urlsplit(direct)
        return direct.replace(parts.query, f"host={self.folder}&port=5432&sslmode=disable")

    def cut(self, direction: str, after: int, then: Callable[[], object] = lambda: None) -> None:
        """End all connections, and refuse new ones, once `after` bytes have passed in the direction; then call `then`."""
        self.mend()
        self._direction, self._after, self._then = direction, after, then

    def mend(self) -> None:
        self.carried = dict.fromkeys(DIRECTIONS, 0)
        self.was_cut = False
        self._direction, self._after, self._then = "", 0, lambda: None

    async def meet(self, server: Path, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.was_cut:
            to_client.transport.abort()
            return
        reader, writer = await asyncio.open_unix_connection(server)
        self._writers |= {writer, to_client}
        ways = [self._carry(SENT, client, writer), self._carry(RECEIVED, reader, to_client)]
        with suppress(OSError):
            await asyncio.gather(*ways)
        self._writers -= {writer, to_client}

    async def _carry(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (data := await reader.read(65536)) and not self.was_cut:
                if way == self._direction and self.carried[way] + len(data) >= self._after:
                    data = data[: self._after - self.carried[way]]
                    self.was_cut = True
                self.carried[way] += len(data)
                writer.write(data)
                await writer.drain()
                if self.was_cut:
                    self._then()
                    # Bytes already passed on still arrive; the others are lost for both sides.
                    for each in self._writers:
                        each.close()
        finally:
            writer.close()


@asynccontextmanager
async def laid(folder: Path, direct: str) -> AsyncIterator[Wire]:
    """A wire to the server of the address, its socket in the folder."""
    host = parse_qs(urlsplit(direct).query)["host"][0]
    wire, server = Wire(folder), Path(host) / ".s.PGSQL.5432"
    listening = await asyncio.start_unix_server(
        lambda reader, writer: wire.meet(server, reader, writer), folder / ".s.PGSQL.5432"
    )
    try:
        yield wire
    finally:
        listening.close()
        await listening.wait_closed()
