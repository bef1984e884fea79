"""Agreements with partners: made, answered and ended here or by the partner; their pages and API."""
