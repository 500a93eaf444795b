"""How the target app is spoken to: client, Entra's wire dialects, paths and patches, errors."""
