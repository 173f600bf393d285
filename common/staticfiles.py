"""Static files from node_modules: only those that a page names, with hashed names."""

import fnmatch
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Third-party packages carry hundreds of files; these are what pages load. Ours are all shipped.
PACKAGED: dict[str, tuple[str, ...]] = {
    "bootstrap": ("css/bootstrap.min.css",),
    "fonts": (
        "source-sans-3-latin-wght-normal.woff2",
        "source-sans-3-vietnamese-wght-normal.woff2",
    ),
}


class NarrowFileSystemFinder(FileSystemFinder):
    """STATICFILES_DIRS, but of a packaged folder only the files listed in PACKAGED."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """All files to collect."""
        for path, storage in super().list(ignore_patterns):
            wanted = PACKAGED.get(getattr(storage, "prefix", None) or "")
            if wanted is None or any(fnmatch.fnmatch(path, pattern) for pattern in wanted):
                yield path, storage


class TolerantManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed names; a comment that names a missing source map is left as it is."""

    manifest_strict = False
    support_js_module_import_aggregation = False
    # Django's patterns without the two for sourceMappingURL: both Bootstrap files name maps that
    # are not shipped, and collectstatic would stop there.
    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )
