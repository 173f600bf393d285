"""Every change of units, people, positions and delegations. One function is one act."""
