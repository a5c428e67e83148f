"""An agent made with smolagents: one shell tool."""
import os
import subprocess

from smolagents import OpenAIServerModel, ToolCallingAgent, tool


@tool
def bash(command: str) -> str:
    """Runs a shell command.

    Args:
        command: the command line.
    """
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout or "no output"


model = OpenAIServerModel("gpt-4o", api_base=os.environ["OPENAI_BASE_URL"], api_key="any")
ToolCallingAgent(tools=[bash], model=model, max_steps=6).run("Do the next step.")
