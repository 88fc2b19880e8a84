"""PURE: how words are compared across accents, case and punctuation."""

from services.kit.languages import fold

__all__ = ["fold"]
