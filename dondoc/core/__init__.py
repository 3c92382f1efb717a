"""What dondoc exists for: plans, obligations, history and the decisions taken on them; pure, without clock or I/O."""
