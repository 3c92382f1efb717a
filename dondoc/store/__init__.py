"""The ledger: obligations, their history, letters and submissions, kept in SQLite or PostgreSQL."""
