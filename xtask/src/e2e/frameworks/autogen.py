"""An agent made with AutoGen: one shell tool."""
import asyncio
import subprocess

from autogen_agentchat.agents import AssistantAgent
from autogen_ext.models.openai import OpenAIChatCompletionClient


def bash(command: str) -> str:
    """Runs a shell command."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout


worker = AssistantAgent("worker", OpenAIChatCompletionClient(model="gpt-4o"), tools=[bash], max_tool_iterations=8)
asyncio.run(worker.run(task="Do the next step."))
