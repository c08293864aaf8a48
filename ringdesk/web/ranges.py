"""A body of which parts may be asked for (RFC 9110, 14): one range at a time; of several at once the whole is sent, which is allowed."""

import io
import re
from http import HTTPStatus

from aiohttp import hdrs, web

ONE_RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})")


def answer(request: web.Request, whole: bytes, *, content_type: str, etag: str) -> web.Response:
    """200 with the whole, 206 with a part, 304 for who has it, 416 for a part that there is not."""
    headers = {hdrs.ACCEPT_RANGES: "bytes", hdrs.ETAG: f'"{etag}"', hdrs.CONTENT_TYPE: content_type}
    if f'"{etag}"' in (tag.strip().removeprefix("W/") for tag in request.headers.get(hdrs.IF_NONE_MATCH, "").split(",")):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    asked = ONE_RANGE.fullmatch(request.headers.get(hdrs.RANGE, "").replace(" ", ""))
    changed = request.headers.get(hdrs.IF_RANGE, f'"{etag}"') != f'"{etag}"'
    if asked is None or changed or _means_nothing(asked["first"], asked["last"]) or request.method == hdrs.METH_HEAD:
        return web.Response(body=io.BytesIO(whole), headers=headers)
    part = _part(asked["first"], asked["last"], len(whole))
    if not part:
        headers = {hdrs.CONTENT_RANGE: f"bytes */{len(whole)}", hdrs.ACCEPT_RANGES: "bytes"}
        return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers[hdrs.CONTENT_RANGE] = f"bytes {part.start}-{part.stop - 1}/{len(whole)}"
    body = io.BytesIO(memoryview(whole)[part.start : part.stop])
    return web.Response(status=HTTPStatus.PARTIAL_CONTENT, body=body, headers=headers)


def begins_at_start(answered: web.Response) -> bool:
    """Does it hold the first byte? Whoever goes on behind it has had the beginning before."""
    return answered.headers.get(hdrs.CONTENT_RANGE, "bytes 0-").startswith("bytes 0-")


def _means_nothing(first: str, last: str) -> bool:
    """As if none were asked for."""
    return not (first or last) or bool(first and last and int(last) < int(first))


def _part(first: str, last: str, size: int) -> range:
    """`first-last`, `first-` or `-count`; empty where nothing of it is there."""
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(int(last) + 1, size) if last else size)
