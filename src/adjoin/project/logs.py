"""Logs: one JSON line an event on standard error, from our own code and from every library alike."""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_Event = MutableMapping[str, Any]

_SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|api_key|body", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"(://[^:/@\s]+:)[^@/\s]+(?=@)|((?:bearer|basic|token)\s+)[\w.+/=:-]{8,}", re.IGNORECASE)
# What libraries hang on their records is mostly rows and arguments; only these few are wanted.
_WANTED_EXTRAS = {"status_code", "action"}


def configure(config: dict[str, Any]) -> None:
    """Send all logs through one formatter. `config["level"]` is debug, info, warning or error."""
    level = str(config.get("level", "info")).upper()
    logging.config.dictConfig(_stdlib_config(level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _stdlib_config(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},  # 4xx are in the request log already
            "procrastinate": {"level": "WARNING" if level == "INFO" else level},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
            "_granian": {"handlers": [], "propagate": True},
            "granian.access": {"handlers": [], "propagate": True},
        },
    }


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_common(), structlog.stdlib.ExtraAdder(allow=_WANTED_EXTRAS)],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        ],
    )


def _common() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]


def _without_secrets(_logger: object, _method: str, event: _Event) -> _Event:
    for name, value in event.items():
        if _SECRET_NAMES.search(name):
            event[name] = "(hidden)"
        elif isinstance(value, str):
            event[name] = _SECRET_TEXT.sub(lambda found: f"{found[1] or found[2]}(hidden)", value)
    return event
