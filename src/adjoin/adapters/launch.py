"""The last steps of a child before it becomes its program: who it runs as, and that it ends with its parent.

A script of its own (`launch.py PARENT_PID DEATH_SIGNAL RUN_AS PROGRAM ARGUMENT…`), run by `adapters.children`, because
Python code between fork and exec may hang in a parent that has threads. It knows nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
import time

SAME_USER = "same"
OWN_NAMESPACE = "namespace"
COULD_NOT_LAUNCH = 125  # as `env` and `nice` have it

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the program. Never comes back."""
    parent_pid, death_signal, run_as, *program = arguments
    become(run_as)
    if end_with_parent(int(parent_pid), int(death_signal)):
        os.execv(program[0], program)
    guard(program, int(parent_pid), int(death_signal))


def become(run_as: str) -> None:
    """Change to whom `run_as` says: `same`, `namespace`, or `UID:GID`. Raises `OSError` where that is refused."""
    if run_as == OWN_NAMESPACE:
        _enter_user_namespace()
    elif run_as != SAME_USER:
        uid, gid = map(int, run_as.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def _enter_user_namespace() -> None:
    # Inside we look like an ordinary user, which PostgreSQL insists on; outside we are who we were, so every file of
    # ours stays within reach. The inner user must be one that /etc/passwd knows: initdb asks for its name.
    uid, gid = os.getuid(), os.getgid()
    inner = min(user.pw_uid for user in pwd.getpwall() if user.pw_uid != 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("uid_map", f"{inner} {uid} 1"), ("setgroups", "deny"), ("gid_map", f"{inner} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def end_with_parent(parent_pid: int, death_signal: int) -> bool:
    """Ask the kernel to send `death_signal` when the parent ends; end at once when it already has.

    False where the kernel knows no such thing."""
    if sys.platform != "linux":
        return False
    # After `become`: a change of credentials forgets the wish.
    if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        return False
    if os.getppid() != parent_pid:  # it died before the kernel was asked to tell us
        os._exit(COULD_NOT_LAUNCH)
    return True


def guard(program: list[str], parent_pid: int, death_signal: int) -> None:
    """Run the program as a child, pass signals on to it, and end it when the parent has gone. Never comes back."""
    child = os.posix_spawn(program[0], program, os.environ)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: os.kill(child, received))
    is_told = False
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)
        if not is_told and os.getppid() != parent_pid:
            os.kill(child, death_signal)
            is_told = True
        time.sleep(0.2)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as error:
        print(f"{sys.argv[4]}: {error}", file=sys.stderr)
        os._exit(COULD_NOT_LAUNCH)
