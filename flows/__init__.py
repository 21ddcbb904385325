"""Prefect flows, the wiring that picks an adapter for each port, and the command line."""
