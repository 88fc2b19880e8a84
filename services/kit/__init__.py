"""Plumbing: what any service would need, whatever it is about."""
