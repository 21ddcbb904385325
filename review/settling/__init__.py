"""Two blind reviews beside each other, for a lead who settles what they differ in."""
