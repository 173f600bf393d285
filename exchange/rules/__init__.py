"""The arithmetic of the exchange: no database, no clock."""
