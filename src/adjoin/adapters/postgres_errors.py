"""What can be wrong with a database. Each message says what to do about it."""

from __future__ import annotations

from pathlib import Path


class DatabaseTrouble(Exception):
    """The database cannot be used; the message says why and what to do."""


class NoDiskSpace(DatabaseTrouble):
    def __init__(self, folder: Path, free_bytes: int, needed_bytes: int) -> None:
        free, needed = (f"{size / 1_000_000:.0f} MB" for size in (free_bytes, needed_bytes))
        super().__init__(
            f"Only {free} are free on the disk that holds {folder}, and PostgreSQL needs {needed}. "
            "Free some space, or choose another disk with ADJOIN_HOME."
        )


class FolderNotWritable(DatabaseTrouble):
    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"{folder} cannot be written ({error.strerror}). "
            "Change its owner, or choose another folder with ADJOIN_HOME."
        )


class NotADataFolder(DatabaseTrouble):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has files in it, but no database. Move it away, or choose another folder with ADJOIN_HOME."
        )


class WrongDataVersion(DatabaseTrouble):
    def __init__(self, folder: Path, found: str, ours: int) -> None:
        super().__init__(
            f"{folder} was made by PostgreSQL {found}, and this Adjoin brings PostgreSQL {ours}. "
            f"Run the Adjoin that made it, or move the data over with pg_dump and pg_restore."
        )


class CannotBecomeAnybody(DatabaseTrouble):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            "PostgreSQL refuses to run as root, and this system offers no user namespace and no other user who can "
            f"reach {folder}. Run Adjoin as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
        )


class AlreadyRunning(DatabaseTrouble):
    """Another process runs the server on this folder. `pid` is that process, as text, "" when unknown."""

    def __init__(self, folder: Path, pid: str) -> None:
        self.pid = pid
        super().__init__(
            f"Adjoin is already running on {folder.parent}, pid {pid or 'unknown'}. "
            "Stop it first, or choose another folder with ADJOIN_HOME."
        )


class DatabaseUnreachable(DatabaseTrouble):
    def __init__(self, error: Exception) -> None:
        reason = " ".join(str(error).split())
        super().__init__(
            f"The database does not answer: {reason}. Check that PostgreSQL runs and that DATABASE_URL has its right "
            "address, user and password."
        )


class ServerTooOld(DatabaseTrouble):
    def __init__(self, found: int, oldest: int) -> None:
        super().__init__(
            f"DATABASE_URL leads to PostgreSQL {found}; Adjoin needs {oldest} or newer. Upgrade the server, or leave "
            "DATABASE_URL empty to use the one that comes with Adjoin."
        )
