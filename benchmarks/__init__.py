"""Figures beside a peer's, taken in the same run. They inform; nothing here asserts."""
