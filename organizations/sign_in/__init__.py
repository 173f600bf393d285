"""Who is there: sessions, passwords and their links, the second factor, locks."""
