"""Simulated centres: labelled calls of groups that no model saw, judged by rules of their own."""
