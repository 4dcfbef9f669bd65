"""The pad that one draws on."""
