"""What machines read and hand in: `/api/v1/` (docs/api.md)."""
