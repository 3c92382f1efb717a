"""Prefect flows: each gathers, lets dondoc.core decide, and applies the answer."""
