"""What one owner keeps, each thing a file in a folder: models and labeled drawings.

Knows nothing of training, of other owners or of pages.
"""
