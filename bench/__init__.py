"""How fast the portal is, as ratios and counts inside one run (bin/bench)."""
