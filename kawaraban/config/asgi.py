"""The ASGI application: the kiosk in front, Django behind it for what the kiosk doesn't know."""

import asyncio
import contextlib
import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kawaraban.config.settings.embedded")

import django

django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402

from kawaraban.kit.stores import StoreUnavailable, open_store  # noqa: E402
from kawaraban.press import pressing  # noqa: E402
from kawaraban.press.desk import Desk  # noqa: E402
from kawaraban.press.guarded import Guarded  # noqa: E402
from kawaraban.press.health import Health  # noqa: E402
from kawaraban.press.kiosk import Kiosk  # noqa: E402
from kawaraban.press.plates import plates  # noqa: E402
from kawaraban.press.requests import App, Receive, Scope, Send  # noqa: E402
from kawaraban.press.sideboard import Sideboard  # noqa: E402
from kawaraban.press.supply import Supply  # noqa: E402
from kawaraban.rails.shelf import Shelf  # noqa: E402


class LateDjango:
    """Django's handler, made when it is first asked for: readers' pages don't wait for the newsroom."""

    def __init__(self) -> None:
        self._handler: ASGIHandler | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._making:
            if self._handler is None:
                self._handler = await asyncio.to_thread(ASGIHandler)
        await cast(App, self._handler)(scope, receive, send)


def kiosk() -> Kiosk:
    """A kiosk on the stores that the settings name."""
    with contextlib.suppress(StoreUnavailable):
        pressing.open_house()
    shelf = Shelf(open_store("editions", settings.VAR, settings.STORE_URL))
    desk = Desk(Supply(plates(), shelf))
    return Kiosk(Guarded(LateDjango()), desk, Sideboard(desk, shelf), Health(desk, shelf, plates()))


application = kiosk()
