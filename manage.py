#!/usr/bin/env python
"""Django's commands. Works from any shell while the demo runs (govit/environment.py)."""

import os
import sys

try:
    from django.core.management import execute_from_command_line

    from govit import environment
except ImportError as error:
    print(f"{error}: run bin/demo once, then use .venv/bin/python manage.py", file=sys.stderr)
    sys.exit(2)


def main() -> None:
    """Run one command, or say in one sentence why it cannot run."""
    environment.load()
    environment.start_again_with_libraries()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govit.settings")
    problem = environment.database_problem(sys.argv[1:])
    if problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
