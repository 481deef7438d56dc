"""The process of simulated readers: `python -m kawaraban.ops.demo PORT`."""

import signal
import sys

import django

django.setup()

from kawaraban.kit import database  # noqa: E402
from kawaraban.ops.demo.readers import read_on  # noqa: E402

database.make_no_empty_one()

# Ctrl-C reaches every process of a terminal. This one ends with the one that started it.
signal.signal(signal.SIGINT, signal.SIG_IGN)
read_on(int(sys.argv[1]))
