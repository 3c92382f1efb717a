"""A preview as files: pages for a browser, and deadlines for a calendar."""
