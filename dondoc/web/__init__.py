"""The portal: pages for units, reviewers, leadership and the administrator, opened by signed links."""
