"""A remote signing service, played by us: for the demo and for tests."""
