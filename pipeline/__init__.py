"""The domain: calls, turns, rubrics, scores, the store and the ports. No machine learning."""
