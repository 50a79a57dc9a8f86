"""Answers that are the same for everybody, compressed once."""

from fastapi import Request, Response

from app.assets import Asset


def encoded(request: Request, asset: Asset, headers: dict[str, str] | None = None) -> Response:
    """With gzip where it has been made and the client takes it."""
    headers = {"Vary": "Accept-Encoding"} | (headers or {})
    if asset.compressed is not None and _accepts_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.compressed, media_type=asset.media_type, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)


def _accepts_gzip(request: Request) -> bool:
    """Whether Accept-Encoding names gzip with a weight above 0."""
    for item in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = item.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
