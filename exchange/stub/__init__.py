"""A national server of our own for tests and demo: it keeps what it gets, and misbehaves."""
