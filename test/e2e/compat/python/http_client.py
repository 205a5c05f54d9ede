"""A client of the doors over HTTP: makes the requests that its second argument lists, and tells what is answered, line by line."""

import json
import sys

import httpx

for method, path, headers, body in json.loads(sys.argv[2]):
    with httpx.stream(method, sys.argv[1] + path, headers=headers, json=body, timeout=20) as answer:
        lines = [line.rstrip("\r\n") for line in answer.iter_lines()]
        told = {"status": answer.status_code, "type": answer.headers["content-type"], "lines": lines}
        print(json.dumps(told), flush=True)
