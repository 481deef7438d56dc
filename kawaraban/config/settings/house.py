"""What holds in every house: rooms, languages, stores. `embedded` and `published` build on it."""

import os
from pathlib import Path

import dj_database_url

# The lists of config/wiring.py are settings too, so that low rooms can ask for them.
from kawaraban.config.wiring import *  # noqa: F403
from kawaraban.kit import logs

PACKAGE = Path(__file__).resolve().parent.parent.parent
# Everything made at run time (databases, uploads, plates, the log) lies here and nowhere else.
VAR = Path(os.environ.get("KAWARABAN_VAR", Path.cwd() / "var")).resolve()

INSTALLED_APPS = [
    "kawaraban.intake",
    "kawaraban.newsroom",
    "kawaraban.reading",
    "kawaraban.rails",
    "kawaraban.recommendations",
    "kawaraban.headlines",
    "kawaraban.discussion",
    "kawaraban.search",
    "kawaraban.stories",
    "kawaraban.people",
    "kawaraban.media",
    "wagtail.contrib.forms",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kawaraban.newsroom.languages.spoken",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kawaraban.newsroom.staff.marked",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "kawaraban.config.urls"
WSGI_APPLICATION = None
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The rooms' own markup: `reading/pages/story.html` is named "pages/story.html".
        "DIRS": [PACKAGE / "reading"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# synchronous=FULL: what was acknowledged is on the disk (see docs/architecture.md, "Durable").
DATABASES = {
    "default": dj_database_url.config(
        env="DATABASE_URL",
        default=f"sqlite:///{VAR / 'kawaraban.db'}",
        conn_max_age=5,  # a file that was put back is opened again within these seconds
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 5,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A database that can't be reached, or was cut off, is given up in seconds rather than in minutes.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 2,
        "tcp_user_timeout": 5000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "options": "-c lock_timeout=5s",
        **DATABASES["default"].get("OPTIONS", {}),
    }
# Renditions aren't remembered in a process: another one may have deleted their files meanwhile.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Plates and editions: a SQLite file in var/; where several machines serve, Redis, or the database's
# PostgreSQL with STORES=postgres.
STORE_URL = os.environ.get("REDIS_URL", "")
if not STORE_URL and os.environ.get("STORES") == "postgres":
    STORE_URL = os.environ["DATABASE_URL"]
# The log of what readers did: a SQLite file in var/; where several machines serve, a Redis of its own
# that keeps what it has acknowledged.
AUDIENCE_URL = os.environ.get("AUDIENCE_URL", "")

AUTH_USER_MODEL = "people.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = os.environ.get("KAWARABAN_TIME_ZONE", "Asia/Tokyo")
USE_TZ = True
USE_I18N = True
APPEND_SLASH = False

STATIC_URL = "/static/"
# The newsroom's own styles and scripts, served out of the packages they come in.
SERVESTATIC_USE_FINDERS, SERVESTATIC_USE_STATIC_ROOT = True, False
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"

WAGTAIL_SITE_NAME = "Kawaraban"
WAGTAILADMIN_BASE_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
WAGTAILIMAGES_IMAGE_MODEL = "media.Photo"
WAGTAILIMAGES_IMAGE_FORM_BASE = "kawaraban.media.forms.PhotoForm"
# A 0.4 MB file of 127 megapixels takes half a gigabyte to open: 40 is a large camera's.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_AUTO_UPDATE_PREVIEW = True
WAGTAIL_I18N_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = True
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
TAGGIT_CASE_INSENSITIVE = True

# The publication's own address, as readers see it: in feeds, sitemaps and structured data.
PUBLIC_URL = os.environ.get("PUBLIC_URL", "")
# The one that `kawaraban serve` was last given: plates pressed by other commands name it, too.
KEPT_ADDRESS = VAR / "address"
# A reader's address is taken from X-Forwarded-For only when one of these proxies sent the request:
# addresses and networks with commas between, and `unix` for whoever comes by a Unix socket.
TRUSTED_PROXY = os.environ.get("TRUSTED_PROXY", "")
# Where Varnish listens, if one stands in front: told at once what a publication changed.
VARNISH_URL = os.environ.get("VARNISH_URL", "")
NGINX_URL = os.environ.get("NGINX_URL", "")

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_PATH = "/newsroom/"
CSRF_COOKIE_PATH = "/newsroom/"
LOGIN_URL = "/newsroom/login/"

# "json" or "lines"; else lines where standard error is a terminal.
LOG = os.environ.get("LOG", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "kawaraban.kit.logs.Lines"},
        "json": {"()": "kawaraban.kit.logs.Json"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": logs.style(LOG)}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"kawaraban": {"level": "INFO"}},
}

TEST_RUNNER = "django.test.runner.DiscoverRunner"
