"""What each database role may do with the tables of personalization."""

TABLES: dict[str, dict[str, str]] = {
    "personalization_product": {"app": "SELECT, INSERT, UPDATE, DELETE"},
    "personalization_explanation": {"app": "SELECT, INSERT, DELETE"},
    "personalization_datasetload": {"app": "SELECT, INSERT, UPDATE"},
}
