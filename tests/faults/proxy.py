"""A TCP proxy that does what networks do on bad days: delays, black holes, resets, drips.

It runs on a thread of its own in front of a real server, for nothing on the machine can do this to
the loopback interface.
"""

import asyncio
import contextlib
import socket
import struct
import threading

_AT_ONCE = 64 * 1024


class Proxy:
    """Listens at `port` of 127.0.0.1 and passes everything on to `target`, as its state says."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._delay = 0.0
        self._dripping = False
        self._refusing = False
        self._connections: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]

    def black_hole(self) -> None:
        """From now on everything is taken and nothing is passed on, as if packets were dropped."""
        self._do(self._set(flows=False))

    def delay(self, seconds: float) -> None:
        """Every piece takes so much longer, each way."""
        self._do(self._set(delay=seconds))

    def drip(self) -> None:
        """Twenty bytes a second."""
        self._do(self._set(dripping=True))

    def reset(self) -> None:
        """Ends all connections rudely; new ones are ended at once as well."""
        self._do(self._set(refusing=True))
        self._do(self._cut())

    def heal(self, *, forgetful: bool = False) -> None:
        """All is well again. `forgetful`: what was connected before is cut, as by a firewall."""
        if forgetful:
            self._do(self._cut())
        self._do(self._set())

    def close(self) -> None:
        self._server.close()
        self._do(self._set())
        self._do(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _set(self, *, flows=True, delay=0.0, dripping=False, refusing=False):
        self._delay, self._dripping, self._refusing = delay, dripping, refusing
        if flows:
            self._flows.set()
        else:
            self._flows.clear()

    async def _cut(self):
        for writer in list(self._connections):
            _end_rudely(writer)
        await asyncio.sleep(0.05)  # until both sides of each have noticed

    async def _connected(self, reader, writer):
        if self._refusing:
            _end_rudely(writer)
            return
        await self._flows.wait()
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _end_rudely(writer)
            return
        both = {writer, there_writer}
        self._connections |= both
        ways = [
            asyncio.ensure_future(self._pass_on(reader, there_writer)),
            asyncio.ensure_future(self._pass_on(there_reader, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._connections -= both
        for one in both:
            one.close()

    async def _pass_on(self, reader, writer):
        with contextlib.suppress(OSError):
            while piece := await reader.read(_AT_ONCE):
                await self._flows.wait()
                if self._delay:
                    await asyncio.sleep(self._delay)
                for part in _drops(piece) if self._dripping else [piece]:
                    writer.write(part)
                    await writer.drain()
                    if self._dripping:
                        await asyncio.sleep(0.05)


def _drops(piece):
    return [piece[at : at + 1] for at in range(len(piece))]


def _end_rudely(writer):
    # A linger of no seconds: the other side gets a reset rather than an end.
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    writer.transport.abort()
