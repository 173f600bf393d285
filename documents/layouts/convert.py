"""Word documents as PDF, where LibreOffice is installed: in a folder and with a profile of its own.

What comes here has passed `files.checks`: no macro, nothing that is loaded from elsewhere.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

logger = logging.getLogger(__name__)
SECONDS = 60
PROGRAMS = ("soffice", "libreoffice")
# Nothing runs and nothing is fetched, whatever the document says.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def makes_pdf() -> bool:
    """Whether the program is there; it may fail at a document all the same."""
    return _program() is not None


def pdf_of_docx(docx: bytes, *, seconds: int = SECONDS) -> bytes | None:
    """The document as PDF; None where it cannot be made here: the drafter uploads a PDF then."""
    program = _program()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="docx-") as name:
        folder = Path(name)
        (folder / "document.docx").write_bytes(docx)
        settings = folder / "profile" / "user"
        settings.mkdir(parents=True)
        (settings / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
        if not _run(_command(program, folder), folder, seconds):
            return None
        made = folder / "document.pdf"
        return made.read_bytes() if made.is_file() else None


def _program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def _command(program: str, folder: Path) -> list[str]:
    return [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--convert-to",
        "pdf:writer_pdf_Export", "--outdir", str(folder), str(folder / "document.docx"),
    ]  # fmt: skip


def _run(command: list[str], folder: Path, seconds: int) -> bool:
    """False when it failed or took too long; then it and all that it started are ended."""
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            logger.warning("A Word document took longer than %s seconds to convert", seconds)
            return False
    if code:
        logger.warning("A Word document could not be converted (exit code %s)", code)
    return code == 0
