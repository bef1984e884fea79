"""Every test here may have the two desks of `adjoin.testing.partners`."""

from adjoin.testing.partners import makers_desk, network

__all__ = ["makers_desk", "network"]
