"""Figures beside a peer's, taken in the same run. They inform; nothing here asserts."""

import os

# What runs in this process alone needs a publication's settings, its time zone for one, and no folder of it.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kawaraban.config.settings.tests")
