import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english():
    """So that a test does not hang on a translation."""
    with translation.override("en"):
        yield
