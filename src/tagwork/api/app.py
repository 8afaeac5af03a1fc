"""The HTTP API's one NinjaAPI instance."""

from ninja import NinjaAPI

api = NinjaAPI(title="Tagwork", version="1", openapi_url="/openapi.json", docs_url="/docs")
