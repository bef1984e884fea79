"""As whom PostgreSQL runs. It refuses to be root, so root has to find somebody else for it to be."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator

from adjoin.adapters import children, launch
from adjoin.adapters.postgres_errors import CannotBecomeAnybody
from adjoin.adapters.postgres_files import BINARIES, DataFolder


def choose(data: DataFolder) -> str:
    """The `run_as` of `adapters.launch` for a server on `data`. Raises `CannotBecomeAnybody`.

    A new folder of root's is handed over to whom we choose. Nothing else changes its owner or its permissions."""
    if os.geteuid() != 0:
        return launch.SAME_USER
    for run_as in _ways(data):
        if _can_work(run_as, data):
            return run_as
    raise CannotBecomeAnybody(data.folder)


def _ways(data: DataFolder) -> Iterator[str]:
    owner = data.folder.stat()
    if owner.st_uid != 0:
        yield f"{owner.st_uid}:{owner.st_gid}"
        return
    # Best, for the data stays root's own and stays within reach below a folder that only root may enter.
    yield launch.OWN_NAMESPACE
    if not data.is_initialised:
        for name in ("postgres", "nobody"):
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            yield f"{user.pw_uid}:{user.pw_gid}"


def _can_work(run_as: str, data: DataFolder) -> bool:
    is_handed_over = run_as not in (launch.SAME_USER, launch.OWN_NAMESPACE) and data.folder.stat().st_uid == 0
    if is_handed_over:
        os.chown(data.folder, *map(int, run_as.split(":")))
    # Both the folder and the program must be within reach.
    question = ["/bin/sh", "-c", 'test -w "$0" && "$1" --version', str(data.folder), str(BINARIES / "postgres")]
    reaches = children.run(question, run_as=run_as)
    if reaches.returncode != 0 and is_handed_over:
        os.chown(data.folder, 0, 0)
    return reaches.returncode == 0
