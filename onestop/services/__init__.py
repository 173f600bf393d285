"""Every change of the one-stop: one function, one step of a transaction."""
