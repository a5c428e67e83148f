"""A client of tools by the official SDK: `tools_client.py auto|legacy|sse URL`, or `stdio WORD…`; says what it came to."""
import asyncio
import json
import sys

from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client


async def main(way, words):
    mode = {"mode": way} if way == "legacy" else {}
    if way == "stdio":
        target = StdioServerParameters(command=words[0], args=words[1:])
    else:
        target = sse_client(words[0]) if way == "sse" else words[0]
    said = {}
    async with Client(target, **mode) as client:
        said["version"] = str(client.protocol_version)
        said["tools"] = [tool.name for tool in (await client.list_tools()).tools]
        said["add"] = (await client.call_tool("add", {"a": 1, "b": 2})).content[0].text
        steps = []

        async def goes_on(progress, total, message):
            steps.append([progress, total])

        slow = await client.call_tool("slow", {"steps": 3}, progress_callback=goes_on)
        said["slow"] = [slow.content[0].text, steps]
        said["fails"] = (await client.call_tool("fails", {})).is_error
        said["note"] = (await client.read_resource("note://one")).contents[0].text
        said["greet"] = (await client.get_prompt("greet", {"name": "Ada"})).messages[0].content.text
    print(json.dumps(said))


asyncio.run(main(sys.argv[1], sys.argv[2:]))
