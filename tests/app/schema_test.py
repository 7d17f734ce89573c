"""schema_test.py - the API does what app/web/openapi.yaml says: schemathesis makes requests from it, good and bad ones.

    schema_test.py THIMBLE

Left out: the two streams, which do not end (serve_test.py has them). Not asked: whether everything that fits the schema is
accepted (it cannot say what a JPEG is), and whether a deleted capture's picture is still there.

SPDX-License-Identifier: Apache-2.0
"""

import os
import subprocess
import sys

from serve_client import TOKEN, Server

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,ignored_auth"
)


def main():
    server = Server(sys.argv[1])
    address = f"http://{server.host}:{server.port}"
    schemathesis = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    result = subprocess.run(
        [schemathesis, "--no-color", "run", f"{address}/api/openapi.yaml", "--url", address]
        + ["-H", f"Authorization: Bearer {TOKEN}", "--exclude-path", "/stream", "--exclude-path", "/events"]
        + ["--checks", CHECKS, "--max-examples", "25", "--request-timeout", "10", "--seed", "1", "--generation-database", "none"],
        cwd=server.folder.name,
    )
    code, lines = server.stop()
    if code != 0 or "Sanitizer" in lines or "runtime error" in lines:
        print(lines)
        sys.exit("the server did not end well")
    sys.exit(result.returncode)


main()
