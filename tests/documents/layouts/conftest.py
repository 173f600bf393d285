"""Pictures of pages."""

import shutil
import subprocess

import pytest
from PIL import Image


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The picture of a page at 100 dots an inch, to look at what is under a rectangle."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    folder = tmp_path_factory.mktemp("drawn")

    def draw(pdf, page):
        (folder / "x.pdf").write_bytes(pdf)
        wanted = ["-f", str(page + 1), "-singlefile"]
        command = ["pdftoppm", "-r", "100", "-gray", *wanted, "x.pdf", "x"]
        subprocess.run(command, cwd=folder, check=True)
        return Image.open(folder / "x.pgm").copy()

    return draw
