"""A year of a plan, played through."""
