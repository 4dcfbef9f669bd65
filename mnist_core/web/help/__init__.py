"""What the page says of itself when it is asked."""
