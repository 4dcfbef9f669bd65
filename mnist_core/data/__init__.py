"""What networks learn from: image sets, stroke sets, synthetic pen strokes, random changes.

Knows nothing of networks.
"""
