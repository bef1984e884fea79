"""Measuring Adjoin: a desk full of tickets, asked through its real API. `make bench`; not part of the tests."""
