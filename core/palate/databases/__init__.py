"""Databases: where they are, reading tables and queries from them, and keeping their secrets."""
