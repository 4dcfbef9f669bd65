"""The frame that networks see, as MNIST's digits were framed."""

IMAGE_SIZE = 28  # px, side of an MNIST image
DIGIT_BOX = 20.0  # px, longest side of the ink of a framed digit
CENTER = 14.0  # px, 0-based index of the ink's center of mass, measured on MNIST's own files
PEN_WIDTH = 2.2  # px, near MNIST's median
