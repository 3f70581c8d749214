"""Questions of an import, answered by a person."""
