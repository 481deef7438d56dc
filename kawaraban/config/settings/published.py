"""A publication on the open web, behind a front door that speaks TLS. Needs PUBLIC_URL."""

import os
from urllib.parse import urlsplit

from kawaraban.config.settings.house import *  # noqa: F403
from kawaraban.config.settings.house import VAR
from kawaraban.kit.secret import kept_secret

DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(VAR / "secret")
PUBLIC_URL = os.environ["PUBLIC_URL"]
WAGTAILADMIN_BASE_URL = PUBLIC_URL
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# Wagtail shows a preview in a frame of its own pages; other sites may frame nothing.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
