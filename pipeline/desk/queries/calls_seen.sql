SELECT call_id, agent, team, sealed FROM calls
