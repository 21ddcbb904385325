"""Train the judge's heads: ``python -m models.training --data DIR --out models/heads``."""
