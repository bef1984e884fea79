"""Every test here may have the two desks of `adjoin.testing.partners`."""

from adjoin.testing.partners import agreed, makers_desk, network

__all__ = ["agreed", "makers_desk", "network"]
