"""An agent made with CrewAI: one shell tool."""
import subprocess

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool


@tool("bash")
def bash(command: str) -> str:
    """Runs a shell command."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout


worker = Agent(role="worker", goal="work", backstory="works", tools=[bash], llm=LLM(model="openai/gpt-4o"))
Crew(agents=[worker], tasks=[Task(description="Do the next step.", expected_output="done", agent=worker)]).kickoff()
