"""The web: routes of the API and of the pages, and HTTP itself."""
