"""Access over the API: why somebody reads a ticket, who reads it, and what a change would do."""

from adjoin.access.api.explain import router

__all__ = ["router"]
