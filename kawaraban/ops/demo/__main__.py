"""The process of simulated readers: `python -m kawaraban.ops.demo PORT`."""

import sys

import django

django.setup()

from kawaraban.ops.demo.readers import read_on  # noqa: E402

read_on(int(sys.argv[1]))
