"""What the pages of agents, teams and agreement show: figures as charts and words."""
