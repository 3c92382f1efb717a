"""Checks of meaning: small functions over a context, each giving the problems of one kind with stable codes."""
