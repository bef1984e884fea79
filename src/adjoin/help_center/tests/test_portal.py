"""What the help center promises to people who ask, here without any script."""
