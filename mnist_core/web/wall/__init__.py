"""Pad and answer on a whole screen, for a room."""
