"""Keep the pictures of the last browser tests: `python -m tests.browser.keep FROM TO`, smaller."""

import sys
from pathlib import Path

from PIL import Image

WIDEST, TALLEST, COLOURS = 1440, 2400, 256


def keep(picture: Path, folder: Path) -> int:
    """At most 1440 wide and in 256 colours; the bytes it takes."""
    with Image.open(picture) as seen:
        image = seen.convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    image.thumbnail((WIDEST, TALLEST))
    target = folder / picture.name
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        target, optimize=True
    )
    return target.stat().st_size


def main(source: str, target: str) -> None:
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    sizes = [keep(picture, folder) for picture in sorted(Path(source).glob("*.png"))]
    sys.stdout.write(f"{len(sizes)} pictures, {sum(sizes) // 1024} KiB in {target}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
