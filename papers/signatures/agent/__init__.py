"""The signing program on an official's PC, played by us: for the demo and for tests."""
