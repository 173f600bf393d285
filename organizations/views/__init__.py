"""Pages about people, units and one's own account."""
