"""The protocol's door in: the addresses partners speak to, and how much they may ask."""
