"""PostgreSQL and Valkey from Python packages, run as children: for bin/demo and bin/test.

A server in production uses its own PostgreSQL and Redis and none of this.
"""
