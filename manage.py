#!/usr/bin/env python
"""Django's own commands (`makemigrations`, `check`, `shell`), for people who work on the house."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kawaraban.config.settings.embedded")
    execute_from_command_line(sys.argv)
