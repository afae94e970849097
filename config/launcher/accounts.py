"""Which system account runs PostgreSQL, which refuses to be root."""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from config.launcher.errors import LauncherError

PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A system account to drop to; files that it must write are given to it."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give `path` and everything below it to this account."""
        os.chown(path, self.uid, self.gid)
        for folder, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)

    def can_reach(self, path: Path) -> bool:
        """Whether this account may read `path` and enter every folder above it."""
        chain = [path.resolve(), *path.resolve().parents]
        return all(self._allowed(place.stat()) for place in chain)

    def _allowed(self, status: os.stat_result) -> bool:
        need = stat.S_IXOTH if stat.S_ISDIR(status.st_mode) else stat.S_IROTH
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return bool(status.st_mode >> shift & need)


def unprivileged() -> Account | None:
    """The account that PostgreSQL runs as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LauncherError(
        "PostgreSQL refuses to run as root, and this machine has neither a `postgres` nor a "
        "`nobody` account. Run `make run` as a plain user."
    )


def copy_tree(source: Path, target: Path) -> None:
    """Copy an installation to where an unprivileged account can read it, whole or not at all."""
    if target.exists():
        return
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    shutil.copytree(source, partial, symlinks=True)
    partial.chmod(0o755)
    try:
        partial.rename(target)
    except OSError:
        # Because another process may have finished the same copy in the meantime.
        shutil.rmtree(partial)
