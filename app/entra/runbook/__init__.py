"""The road as a document or script that somebody else can run; secrets are left as variables."""
