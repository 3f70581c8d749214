"""The web application for granian, gunicorn and their like."""

import multiprocessing
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tracker import full_disk, part, running

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

# granian's workers are processes of multiprocessing and do not notice that their master was killed: they would go on
# answering on its port, beside the next master and with the code of the day they were started. gunicorn's notice.
master = multiprocessing.parent_process()
if master is not None:
    part.end_after(master.join)
    running.end_orphans(settings.VAR / "running")
    running.mark(settings.VAR / "running", "web", parent=master.pid)

application = get_wsgi_application()
full_disk.keep_readable()
