"""The web process: Granian in this very process, so that one pid is all of it."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import threading

import structlog

from adjoin.project.env import Environment

_log = structlog.get_logger(__name__)
BACKLOG = 1024
STOP_SECONDS = 2.5
_MOST_REQUESTS_AT_ONCE = 1024  # live updates are requests too, and last


class PortTaken(Exception):
    """Somebody else listens where we would; the message says what to do."""


def check_port(bind: str, port: int) -> None:
    """Raises `PortTaken` where the web process could not listen."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
            probe.listen(1)
        except OSError as error:
            raise PortTaken(_explain(bind, port, error)) from error


def run(environment: Environment) -> None:
    """Serve until SIGTERM or SIGINT. Raises `PortTaken`."""
    # Granian shares its port with whoever asks (SO_REUSEPORT), so it would not notice another desk on it.
    check_port(environment.bind, environment.port)
    asyncio.run(_serve(environment))


async def _serve(environment: Environment) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    from adjoin.project import live, serving

    server = Server(
        serving.application,
        address=environment.bind,
        port=environment.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        websockets=False,
        backlog=BACKLOG,
        backpressure=_MOST_REQUESTS_AT_ONCE,
        log_enabled=False,
    )

    def stop() -> None:
        _log.info("web_stopping")
        _end_soon()
        live.close()
        server.interrupt_signal = True
        server.main_loop_interrupt.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    _log.info("web_started", bind=environment.bind, port=environment.port, threads=environment.web_threads)
    await server.serve()


def _end_soon() -> None:
    # A client that never lets go of its connection must not keep us.
    timer = threading.Timer(STOP_SECONDS, os._exit, [0])
    timer.daemon = True
    timer.start()


def _explain(bind: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Stop that one, or choose another port: PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023: PORT=8000."
    return f"Adjoin cannot listen on {bind}:{port} ({error.strerror}). Check ADJOIN_BIND and PORT."
