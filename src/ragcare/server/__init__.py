"""The thin reference server: HTTP in, `Assistant`, HTTP out, and no logic of its own. Needs the extra "server".

    from ragcare.server.app import create_app

    app = create_app(assistant)        # or create_app(folder="help"), any ASGI server runs it

`ragcare serve` runs it with workers, reloads and metrics; docs/server.md says how to put it behind a site.
"""
