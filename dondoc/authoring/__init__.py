"""From the administrator's YAML to checked plans: every mistake is found, located and explained."""
