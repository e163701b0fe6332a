"""Conversations that a student writes as a test: read, held against the page, and against servers with mistakes."""
