"""Sleeping under libfaketime: 0.9.10 refuses (EINVAL) to sleep until a moment of the monotonic clock, as
Python does, where that clock is not faked. Waiting for no file for so many seconds is let alone."""

import select
import time


def sleep(seconds):
    select.select([], [], [], seconds)


time.sleep = sleep
