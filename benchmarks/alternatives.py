"""What others cost to hand over one letter: a Prefect task run for each, and Django's bare `send_messages`.

    python -m benchmarks.alternatives

Letters of six kilobytes go to Postfix's `smtp-sink`; microseconds of this process's CPU (Prefect's server is another).
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, process_time


@contextmanager
def smtp_sink() -> Iterator[str]:
    """The address of a mail server that throws everything away."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["smtp-sink", *(["-u", "nobody"] if os.geteuid() == 0 else []), f"127.0.0.1:{port}", "100"]
    )
    try:
        _wait_for(port)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise OSError(f"nobody listens on port {port}")


def compare() -> None:
    """What others cost on this machine now, delivery of one finished letter of six kilobytes at a time."""
    with smtp_sink() as smtp:
        for name, many in (("prefect", 300), ("django", 2_000)):
            command = [sys.executable, "-m", "benchmarks.alternatives", name, smtp, str(many)]
            one = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            spent, speed = one["cpu"] / many * 1e6, many / one["wall"]
            print(f"{name}: {spent:,.0f} µs of CPU a letter, {speed:,.0f} letters/s", flush=True)


TEXT, HTML = "Báo cáo kết quả thực hiện nhiệm vụ\n" * 50, "<p>Báo cáo kết quả thực hiện nhiệm vụ</p>\n" * 80


def through_prefect(smtp: str, letters: int) -> dict[str, float]:
    """A flow with one task run for each letter, which the task writes and hands over; Prefect's server beside it."""
    import smtplib  # noqa: TID251 - what others do is measured here
    from email.message import EmailMessage
    from urllib.parse import urlsplit

    from prefect import flow, task
    from prefect.testing.utilities import prefect_test_harness

    server = urlsplit(smtp)

    @task
    def send(number: int) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@x.example", f"{number}@x.example", "Nhắc việc"
        message.set_content(TEXT)
        message.add_alternative(HTML, subtype="html")
        with smtplib.SMTP(server.hostname or "", server.port or 25) as client:
            client.send_message(message)

    @flow
    def send_all(many: int) -> None:
        for waiting in [send.submit(number) for number in range(many)]:
            waiting.result()

    with prefect_test_harness(server_startup_timeout=120):
        send_all(5)
        wall, cpu = perf_counter(), process_time()
        send_all(letters)
        return {"wall": perf_counter() - wall, "cpu": process_time() - cpu}


def through_django(smtp: str, letters: int) -> dict[str, float]:
    """Django's `send_messages` on one connection: no rendering, no outbox, no record."""
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.core.mail import EmailMultiAlternatives, get_connection

    server = urlsplit(smtp)
    settings.configure(EMAIL_HOST=server.hostname, EMAIL_PORT=server.port)
    messages = []
    for number in range(letters):
        message = EmailMultiAlternatives("Nhắc việc", TEXT, "a@x.example", [f"{number}@x.example"])
        message.attach_alternative(HTML, "text/html")
        messages.append(message)
    wall, cpu = perf_counter(), process_time()
    sent = get_connection("django.core.mail.backends.smtp.EmailBackend").send_messages(messages)
    assert sent == letters
    return {"wall": perf_counter() - wall, "cpu": process_time() - cpu}


ALTERNATIVES = {"prefect": through_prefect, "django": through_django}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(ALTERNATIVES[sys.argv[1]](sys.argv[2], int(sys.argv[3]))))
    else:
        compare()
