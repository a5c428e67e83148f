"""A server of tools by the official SDK: `tools_server.py stdio`, or `streamable-http PORT`, or `sse PORT`."""
import sys

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("calculator", instructions="Adds numbers.")


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
async def slow(steps: int, ctx: Context) -> str:
    """Tells how far it is."""
    for step in range(steps):
        await ctx.report_progress(step + 1, steps)
    return "done"


@server.tool()
def fails() -> str:
    """Fails."""
    raise ValueError("it fails")


@server.resource("note://one")
def note() -> str:
    """One note."""
    return "a note"


@server.prompt()
def greet(name: str) -> str:
    """Greets."""
    return f"Greet {name}."


if sys.argv[1] == "stdio":
    server.run("stdio")
else:
    server.run(transport=sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]))
