"""Thin Prefect tasks: a name, retries and one call into dondoc each."""
