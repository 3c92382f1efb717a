"""Reports, dispatches, dossiers and feeds: what the ledger comes to, on paper and for other programs."""
