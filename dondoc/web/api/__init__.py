"""The interface for programs: JSON below /api/v1, described at /api/openapi.json."""
