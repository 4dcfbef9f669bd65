"""What the page is known by where it is not open: in links to it, in tabs, on home screens."""
