"""An agent's own pages: what was released to them."""
