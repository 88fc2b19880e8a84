"""Slice: mandates, by which members let their federation act in their name."""
