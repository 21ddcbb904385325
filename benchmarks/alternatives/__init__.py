"""Turn classifiers that were tried beside the shipped one; run with ``python -m``."""
