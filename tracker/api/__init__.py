"""The programming interface: read-only JSON for other systems, behind the same gate as the pages."""
