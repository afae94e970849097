"""Views of the consent interface: validate, one action or query, answer."""
