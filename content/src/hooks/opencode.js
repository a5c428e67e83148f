// Written by `chaperone hook install`; `chaperone hook uninstall` removes it.
// Asks Chaperone before each tool call; what it denies is thrown, so that the agent reads why.
import { spawnSync } from "node:child_process"

const program = "PROGRAM"
const words = "ARGUMENTS"

export const Chaperone = async ({ directory }) => ({
  "tool.execute.before": async (call, output) => {
    const input = JSON.stringify({
      tool: call.tool,
      sessionID: call.sessionID,
      callID: call.callID,
      cwd: directory,
      args: output.args,
    })
    const asked = spawnSync(program, words, { input, encoding: "utf8", timeout: 10000 })
    if (asked.status === 2) throw new Error(asked.stderr.trim())
    if (asked.error && words.includes("closed")) throw new Error(`${program}: ${asked.error.message}`)
  },
})
