"""The demonstration: a real year of shopping, made-up people, and a small cast to follow."""
