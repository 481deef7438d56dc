"""What Django answers, behind gates: readers can't shut out editors, nor a stuck database readers."""

import asyncio
import logging

from kawaraban.press.gates import Gate
from kawaraban.press.requests import App, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

# A comment is answered for within two seconds, by the place in the queue and the time for the work.
_COMMENT = "/_/comments"
_LONGEST_COMMENT = 1.3  # seconds


class Guarded:
    """Django, with so many requests of each kind at once. Raises Full for one too many."""

    def __init__(self, behind: App) -> None:
        self._behind = behind
        self.gates = {
            "newsroom": Gate("newsroom", 8, 5.0),
            "search": Gate("search", 3, 0.5),
            "comments": Gate("comments", 4, 0.5),
            "files": Gate("files", 8, 2.0),
        }
        # Held, for the loop itself holds tasks weakly.
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = self.gates[_kind(scope["path"])]
        if scope["path"] == _COMMENT:
            await self._in_time(gate, scope, receive, send)
            return
        async with gate.place():
            await self._behind(scope, receive, send)

    async def _in_time(self, gate: Gate, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Full if no answer has begun in time; the work then goes on, and keeps its place.

        The database may take the comment after all. Whoever sends it again is told what became of it.
        """
        begun, late = False, False

        async def sent(message: Message) -> None:
            nonlocal begun
            if not late:
                begun = True
                await send(message)

        async def work() -> None:
            async with gate.place():
                await self._behind(scope, receive, sent)

        task = asyncio.get_running_loop().create_task(work())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait({task}, timeout=gate.patience + _LONGEST_COMMENT)
        if task.done() or begun:
            await task
            return
        late = True
        log.warning("a comment was not taken in %.1f s: does the database answer?", _LONGEST_COMMENT)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise gate.full()


def _kind(path: str) -> str:
    if path == _COMMENT:
        return "comments"
    if path == "/search":
        return "search"
    return "files" if path.startswith(("/static/", "/media/")) else "newsroom"
