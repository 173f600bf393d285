"""Where WeasyPrint finds Pango and fonts on this machine.

    python -m govit.embedded.fonts [LIBRARY_PATH]

Writes var/fonts.conf and var/pdf.env. Without any configuration or font Pango ends the process,
so a configuration of our own is written always; it also gives the same letters everywhere.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

from govit import environment

SYSTEM_FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
OWN_FONTS = ("node_modules/@expo-google-fonts", "node_modules/@fontsource-variable")
SYSTEM_RULES = Path("/etc/fonts/conf.d")


def write(root: Path, libraries: str) -> None:
    """Write both files; `libraries` is set when Pango was unpacked under var/sysroot."""
    var = root / "var"
    unpacked = var / "sysroot"
    folders = [*SYSTEM_FONTS, *(root / name for name in OWN_FONTS)]
    rules = SYSTEM_RULES
    if libraries:
        folders.append(unpacked / "usr/share/fonts")
        rules = SYSTEM_RULES if SYSTEM_RULES.is_dir() else copy_rules(unpacked, var / "fonts.d")
    (var / "fonts.conf").write_text(
        configuration(folders, rules, var / "fonts.cache"), encoding="utf-8"
    )
    variables = {"FONTCONFIG_FILE": str(var / "fonts.conf")}
    if libraries:
        variables[environment.LIBRARIES] = libraries
    environment.write(var / "pdf.env", variables)


def configuration(folders: list[Path], rules: Path, cache: Path) -> str:
    """fontconfig's own language."""
    lines = [
        *(f"  <dir>{escape(str(folder))}</dir>" for folder in folders),
        f'  <include ignore_missing="yes">{escape(str(rules))}</include>',
        f"  <cachedir>{escape(str(cache))}</cachedir>",
    ]
    head = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
    return head + "<fontconfig>\n" + "\n".join(lines) + "\n</fontconfig>\n"


def copy_rules(unpacked: Path, target: Path) -> Path:
    """The unpacked rules are links to places that do not exist here: copy what they mean."""
    target.mkdir(exist_ok=True)
    available = unpacked / "usr/share/fontconfig/conf.avail"
    for link in (unpacked / "etc/fonts/conf.d").glob("*.conf"):
        source = available / link.name
        if source.exists():
            (target / link.name).write_bytes(source.read_bytes())
    return target


if __name__ == "__main__":
    write(environment.ROOT, sys.argv[1] if len(sys.argv) > 1 else "")
