"""The reading: the digit, ten bars, and what the network saw."""
