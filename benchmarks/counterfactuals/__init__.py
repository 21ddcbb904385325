"""Counterfactual calls: names, places, dialect, politeness, disfluency changed, meaning kept.

Each module makes one kind of change to the turns of a call; ``variants`` lists them all.
"""
