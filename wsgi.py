"""What gunicorn and `flask` load."""

from eldercampus.app import create_app

app = create_app()
