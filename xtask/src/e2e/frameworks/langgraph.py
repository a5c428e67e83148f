"""An agent made with LangChain on LangGraph: one shell tool."""
import subprocess

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


@tool
def bash(command: str) -> str:
    """Runs a shell command."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout


agent = create_agent(ChatOpenAI(model="gpt-4o"), [bash])
agent.invoke({"messages": [("user", "Do the next step.")]})
