"""The application as Granian, or any other ASGI server, takes it."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adjoin.project.settings")
django.setup()  # what is imported next has models in it

from adjoin.project.serving import application  # noqa: E402

__all__ = ["application"]
