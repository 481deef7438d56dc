"""Kawaraban: a whole news publication from one Python package."""

__version__ = "0.1.0"
