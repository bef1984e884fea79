"""What the environment says: every setting a person who runs Adjoin can turn, in one place."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class BadSetting(Exception):
    """A setting in the environment cannot be used; the message says which one and what it takes."""


@dataclass(frozen=True)
class Environment:
    """The settings, read once. `docs/settings.md` explains each for the person who runs the desk."""

    home: Path  # $ADJOIN_HOME: postgres/, files/, mail/, secret_key
    port: int  # $PORT: where the web process listens
    bind: str  # $ADJOIN_BIND: the address it listens on
    domain: str  # $ADJOIN_DOMAIN: accounts live at <subdomain>.<domain>
    public_url_suffix: str  # ":8000" or "": what follows the host in public addresses
    scheme: str  # $ADJOIN_SCHEME: http for localhost, https elsewhere
    database_url: str  # $DATABASE_URL, or "" for the embedded PostgreSQL
    mail_url: str  # $ADJOIN_MAIL_URL: smtp://user:password@host:587, file: or console:
    log_level: str  # $ADJOIN_LOG_LEVEL: debug, info, warning, error
    is_demo: bool  # $ADJOIN_DEMO: shows the mailbox page
    demo_share: float  # $ADJOIN_DEMO_SHARE: how much of the demo's tickets to make
    allows_private_partners: bool  # $ADJOIN_PRIVATE_PARTNERS: partners on private addresses
    worker_concurrency: int  # $ADJOIN_WORKER_CONCURRENCY: jobs at once
    web_threads: int  # $ADJOIN_WEB_THREADS: requests at once
    proxies: int  # $ADJOIN_PROXIES: how many proxies of ours stand in front, each adding to X-Forwarded-For

    @classmethod
    def read(cls) -> Environment:
        """The settings as `os.environ` has them now. Raises `BadSetting`."""
        domain = os.environ.get("ADJOIN_DOMAIN", "localhost").strip(".").lower()
        is_local = domain == "localhost" or domain.endswith(".localhost")
        scheme = os.environ.get("ADJOIN_SCHEME", "http" if is_local else "https")
        if scheme not in ("http", "https"):
            raise BadSetting(f"ADJOIN_SCHEME is {scheme!r}. It takes http or https.")
        port = _number("PORT", 8000)
        public_port = _number("ADJOIN_PUBLIC_PORT", port if is_local else 443)
        default_port = 443 if scheme == "https" else 80
        return cls(
            home=Path(os.environ.get("ADJOIN_HOME") or "adjoin-data").expanduser().absolute(),
            port=port,
            bind=os.environ.get("ADJOIN_BIND", "127.0.0.1"),
            domain=domain,
            public_url_suffix="" if public_port == default_port else f":{public_port}",
            scheme=scheme,
            database_url=os.environ.get("DATABASE_URL", ""),
            mail_url=os.environ.get("ADJOIN_MAIL_URL", "file:"),
            log_level=os.environ.get("ADJOIN_LOG_LEVEL", "info").lower(),
            is_demo=_switch("ADJOIN_DEMO"),
            demo_share=_share("ADJOIN_DEMO_SHARE"),
            allows_private_partners=_switch("ADJOIN_PRIVATE_PARTNERS"),
            worker_concurrency=_number("ADJOIN_WORKER_CONCURRENCY", 4),
            web_threads=_number("ADJOIN_WEB_THREADS", 8),
            proxies=_number("ADJOIN_PROXIES", 0),
        )

    def secret_key(self) -> str:
        """$ADJOIN_SECRET_KEY, or the key kept in `$ADJOIN_HOME/secret_key`, made on first use."""
        if key := os.environ.get("ADJOIN_SECRET_KEY"):
            return key
        path = self.home / "secret_key"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".secret_key.{os.getpid()}")
            draft.write_text(secrets.token_urlsafe(50))
            draft.chmod(0o600)
            try:
                os.link(draft, path)  # the first of two processes wins
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()


# What is prepared here finds rows by keys: left to itself PostgreSQL plans some of it anew each time, which takes
# longer than to find them.
_PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"


def database_settings(url: str) -> dict[str, object]:
    """Django's `DATABASES` entry for a `postgresql://` address. Raises `BadSetting`.

    A socket folder goes into `?host=`, as libpq has it; other parameters become connection options."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadSetting("DATABASE_URL takes postgresql://user:password@host:5432/name.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    query["options"] = f"{_PLANNED_ONCE} {query.get('options', '')}".rstrip()
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "adjoin",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(query.pop("port", None) or parts.port or ""),
        "OPTIONS": query,
    }


def mail_settings(url: str) -> dict[str, object]:
    """Django's `EMAIL_…` settings for an address such as `smtp://user:password@host:587`, `file:` or `console:`.

    `smtps://` speaks TLS from the start; `smtp://` takes it up when `?tls=1` is there. Raises `BadSetting`."""
    parts = urlsplit(url)
    if parts.scheme in ("file", "console"):
        name = {"file": "adjoin.adapters.mail.FileBackend", "console": "django.core.mail.backends.console.EmailBackend"}
        return {"EMAIL_BACKEND": name[parts.scheme]}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadSetting("ADJOIN_MAIL_URL takes smtp://user:password@host:587?tls=1, smtps://…, file: or console:.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parse_qs(parts.query).get("tls") == ["1"],
        "EMAIL_TIMEOUT": 30,
    }


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal():
        raise BadSetting(f"{name} is {text!r}. It takes a whole number.")
    return int(text)


def _share(name: str) -> float:
    text = os.environ.get(name) or "1"
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise BadSetting(f"{name} is {text!r}. It takes a number from 0 to 1, such as 0.2.")
    return share


def _switch(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")
