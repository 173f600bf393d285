"""Every change of the reports: cells, snapshots, their sign-off."""
