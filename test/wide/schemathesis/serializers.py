"""What schemathesis does not send by itself: SCHEMATHESIS_HOOKS=serializers."""

import gzip
import json

import schemathesis


@schemathesis.serializer("application/gzip")
def packed(_context, value):
    return gzip.compress(value if isinstance(value, bytes) else json.dumps(value).encode())


schemathesis.serializer.alias("application/geo+json", "application/json")
