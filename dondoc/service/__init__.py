"""What runs for long on one machine: Prefect's server and worker, started, watched and surely stopped."""
