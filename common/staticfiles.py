"""Static files from packages: only those that a page names, with hashed names."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Third-party packages carry hundreds of files; these are what pages load. Other folders are whole.
PACKAGED: dict[str, set[str]] = {
    "bootstrap": {"css/bootstrap.min.css"},
    "fonts": {
        "source-sans-3-latin-wght-normal.woff2",
        "source-sans-3-vietnamese-wght-normal.woff2",
    },
    "django_htmx": {"htmx-2.min.js"},
}


def _wanted(folder: str, path: str) -> bool:
    return folder not in PACKAGED or path in PACKAGED[folder]


class NarrowFileSystemFinder(FileSystemFinder):
    """STATICFILES_DIRS, but of a packaged folder only the files listed in PACKAGED."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """All files to collect."""
        for path, storage in super().list(ignore_patterns):
            if _wanted(getattr(storage, "prefix", None) or "", path):
                yield path, storage


class NarrowAppDirectoriesFinder(AppDirectoriesFinder):
    """Static folders of apps, but of a packaged folder only the files listed in PACKAGED."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """All files to collect."""
        for path, storage in super().list(ignore_patterns):
            folder, _slash, rest = path.partition("/")
            if _wanted(folder, rest):
                yield path, storage


class TolerantManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed names; a comment that names a missing source map is left as it is."""

    manifest_strict = False
    # Django's patterns without the two for sourceMappingURL: packaged files name maps that are not
    # shipped, and collectstatic would stop there.
    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )
