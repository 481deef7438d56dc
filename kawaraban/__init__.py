"""Kawaraban: a whole news publication from one Python package."""
