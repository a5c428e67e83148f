"""An agent made with Pydantic AI: one shell tool."""
import subprocess

from pydantic_ai import Agent

agent = Agent("openai-chat:gpt-4o")


@agent.tool_plain
def bash(command: str) -> str:
    """Runs a shell command."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout


agent.run_sync("Do the next step.")
