"""The command line ``callqa``: one module per noun, heavy imports only inside the commands."""

from flows.cli.app import main

__all__ = ["main"]
