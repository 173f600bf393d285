"""The web application."""

from govit import environment

environment.load()

import os  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govit.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
