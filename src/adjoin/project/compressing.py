"""Pages of help centers, sent compressed: most of them shrink to a fifth.

What a page says next to what somebody else chose can be guessed from how well it shrinks (BREACH), by whoever listens
to the line and makes a browser ask again and again. So no secret stands there as it is: Django masks the token of a
form anew for each page. It also adds up to a hundred random bytes; and a browser sends our cookies with no request that
another site makes in the background (`SameSite=Lax`). Pages with passwords and keys stand elsewhere, uncompressed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

PLACES = "/hc/"
WORDS = ("text/html", "text/css", "application/xml", "application/atom+xml")


class Compressed(GZipMiddleware):
    """Django's own, for words of help centers alone: never for streams, files or answers to programs."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_words = response.get("Content-Type", "").partition(";")[0] in WORDS
        if response.streaming or not is_words or not request.path_info.startswith(PLACES):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
