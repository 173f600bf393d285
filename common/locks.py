"""When somebody else holds the row."""

import psycopg.errors


def is_lock_wait(error: BaseException) -> bool:
    """Another transaction held the row for more than two seconds, or both held one each."""
    return isinstance(
        error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected
    )
