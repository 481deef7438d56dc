"""The default house: one machine, SQLite, no other service, served on the loopback address."""

import os
from urllib.parse import urlsplit

from kawaraban.config.settings.house import *  # noqa: F403
from kawaraban.config.settings.house import KEPT_ADDRESS, PUBLIC_URL, VAR
from kawaraban.kit.secret import kept_secret

DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(VAR / "secret")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")

if not PUBLIC_URL:
    PUBLIC_URL = KEPT_ADDRESS.read_text("ascii") if KEPT_ADDRESS.is_file() else "http://127.0.0.1:8000"
