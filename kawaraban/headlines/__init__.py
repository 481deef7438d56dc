"""Headline and picture tests: which of a story's wordings readers choose."""
