"""Counts into ordered lists."""
