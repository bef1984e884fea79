"""Our style sheets and scripts, sent compressed: a first visit takes a third of the bytes.

They are compressed once a process, when first asked for; nothing is written beside the package's own files."""

from __future__ import annotations

import gzip
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from adjoin.project import bundles

WORDS = (".css", ".js", ".svg")
WORTH_IT_BYTES = 600


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, which answers conditional and partial requests, with compression for whole answers of words.

    Our bundles are answered here as well: they are files to whoever asks."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = bundles.answer(request) or super().__call__(request)
        return answer

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        if not request.path_info.endswith(WORDS):
            return answer
        answer["Vary"] = "Accept-Encoding"
        is_whole = request.method == "GET" and answer.status_code == HTTPStatus.OK
        if not is_whole or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return answer
        content = _compressed(answer.file_to_stream.name)  # type: ignore[attr-defined]
        return _with(answer, content) if content else answer


def _with(answer: HttpResponseBase, content: bytes) -> HttpResponse:
    answer.close()
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    return HttpResponse(content, headers={**headers, "Content-Encoding": "gzip"})


@lru_cache(maxsize=512)
def _compressed(path: str) -> bytes:
    """The file's bytes, compressed; none where that saves nothing."""
    with open(path, "rb") as file:
        content = file.read()
    made = gzip.compress(content, 9, mtime=0) if len(content) >= WORTH_IT_BYTES else content
    return made if len(made) < len(content) else b""
