"""Slice: invitations to take part in a partnership, and leaving one."""
