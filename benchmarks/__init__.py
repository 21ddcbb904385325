"""What is measured, never asserted; each writes JSON into benchmarks/results."""
