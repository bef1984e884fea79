"""Adjoin: the help desk for companies that support customers together."""

__version__ = "0.1.0"
