"""Where Celery's own programs begin: `celery -A workers.main:celery_app worker`."""

from celery import Celery

from app import create_app

# Not named `app`: Celery takes a Flask application of that name for its own.
flask_app = create_app()
celery_app: Celery = flask_app.extensions["celery"]
