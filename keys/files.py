"""Files that only we may read: refused when others can, made once, destroyed for good."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keys.errors import KeyStoreUnavailable, KeyStoreUnsafe

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns an operating system error into KeyStoreUnavailable with what to do."""
    try:
        yield
    except OSError as error:
        raise KeyStoreUnavailable(
            f"The key store cannot use {path}: {error.strerror}. "
            "Make it readable and writable for the user that runs this process."
        ) from error


def require_private(path: Path, found: os.stat_result) -> None:
    """Raises KeyStoreUnsafe unless `found` is ours and closed to everybody else."""
    if found.st_uid != os.geteuid():
        raise KeyStoreUnsafe(
            f"{path} belongs to another user. As root, type: chown -R {os.geteuid()} {path}"
        )
    if found.st_mode & _OTHERS:
        mode = "700" if stat.S_ISDIR(found.st_mode) else "600"
        raise KeyStoreUnsafe(f"{path} is open to other users. Type: chmod {mode} {path}")


def private_directory(path: Path) -> None:
    """Makes `path` (mode 0700) if it is missing, and refuses it when it is not private."""
    with readable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise KeyStoreUnsafe(f"{path} must be a directory, not a link or a file. Remove it.")
    require_private(path, found)


def read_private(path: Path) -> bytes | None:
    """The bytes of a private file, or None where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyStoreUnavailable(f"{path} cannot be read: {error.strerror}.") from error
    try:
        found = os.fstat(descriptor)
        require_private(path, found)
        return os.read(descriptor, found.st_size)
    finally:
        os.close(descriptor)


def create_private(path: Path, content: bytes) -> bool:
    """Makes a private file whole and durable, once; False where it exists already."""
    draft = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    with readable(path):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, content)
            os.fsync(descriptor)
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            os.close(descriptor)
            os.unlink(draft)
    return True


def put_private(path: Path, content: bytes) -> None:
    """Makes a private file, or replaces the one that is there, whole and durable."""
    if not create_private(path, content):
        replace_private(path, content)


def replace_private(path: Path, content: bytes) -> None:
    """Puts new content in the place of a file; the old is destroyed once the new is durable."""
    draft = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    if create_private(draft, content):
        take_place(draft, path)


def take_place(draft: Path, path: Path) -> None:
    """Lets `draft` become `path`, and destroys what stood there."""
    old = path.parent / f".{path.name}.old"
    with readable(path):
        # Because a crash may have left it, as the file itself or as what it replaced.
        destroy(old)
        os.link(path, old)
        os.rename(draft, path)
    sync_directory(path.parent)
    destroy(old)


def sync_directory(path: Path) -> None:
    """Makes the names in a directory durable."""
    with readable(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def destroy(path: Path) -> None:
    """Overwrites a file in place, unlinks it, and makes both durable (NIST SP 800-88 clear).

    Of a file that has another name, only this name goes.
    """
    with readable(path):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            found = os.fstat(descriptor)
            # Because a crash may leave a draft that is the finished file under a second name.
            if found.st_nlink == 1:
                os.write(descriptor, secrets.token_bytes(found.st_size))
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.unlink(path)
    sync_directory(path.parent)
