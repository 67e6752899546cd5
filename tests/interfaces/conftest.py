"""A known visitor of the workbench, for tests of its pages without a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from firsthand.interfaces.web.app import make_app


class Visitor:
    """A known visitor who gets past pages that say that they are being worked out."""

    def __init__(self, desk):
        self.desk = desk
        address = urlsplit(desk.door.address)
        self.host = f"{address.scheme}://{address.netloc}"
        self.http = TestClient(make_app(desk), base_url=self.host, follow_redirects=False)
        self.http.get(desk.door.address)

    def get(self, path):
        answer = self.http.get(path)
        while 'http-equiv="refresh"' in answer.text:
            for job in self.desk.jobs:
                job.wait(60)
            answer = self.http.get(path)
        return answer

    def post(self, path, files=None, **form):
        form = {"csrf": self.desk.door.form_token, **form}
        return self.http.post(path, data=form, files=files, headers={"origin": self.host})


@pytest.fixture(scope="session")
def visitor_of():
    """Make a known visitor of a desk."""
    return Visitor
