"""The published language of the three services: pydantic only, no I/O. Changes are additive."""
