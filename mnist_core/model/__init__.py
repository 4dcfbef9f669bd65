"""Networks and what they say: build, calibrate, store, read, measure, export.

Knows nothing of how they are trained, or of pages.
"""
