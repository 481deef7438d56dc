"""The house as tests see it: a folder of its own, quick passwords."""

import os
import tempfile

os.environ.setdefault("KAWARABAN_VAR", tempfile.mkdtemp(prefix="kawaraban-tests-"))

from kawaraban.config.settings.house import *  # noqa: F403

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PUBLIC_URL = "https://news.example"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Looking through the packages' files takes a second, and no test asks for one.
SERVESTATIC_USE_FINDERS = False
