"""A call on paper: what was judged, by whom, and on which words."""
