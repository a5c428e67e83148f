"""An agent made with the OpenAI Agents SDK: one shell tool."""
import subprocess

from agents import Agent, Runner, function_tool, set_default_openai_api, set_tracing_disabled

set_default_openai_api("chat_completions")
set_tracing_disabled(True)


@function_tool
def bash(command: str) -> str:
    """Runs a shell command."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout


Runner.run_sync(Agent(name="worker", tools=[bash], model="gpt-4o"), "Do the next step.")
