"""From what a hand leaves to ink: strokes and pictures, framed as MNIST framed its digits.

Knows nothing of data sets, networks or pages.
"""
