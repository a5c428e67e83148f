// A client of tools by the official SDK: `tools.mjs http|sse URL`; says what it came to.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [way, url] = process.argv.slice(2);
const Transport = way === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
const transport = new Transport(new URL(url));
const client = new Client({ name: 'clients', version: '1' });
await client.connect(transport);
const said = { tools: (await client.listTools()).tools.map((tool) => tool.name) };
said.add = (await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).content[0].text;
said.slow = (await client.callTool({ name: 'slow', arguments: { steps: 3 } })).content[0].text;
said.fails = (await client.callTool({ name: 'fails', arguments: {} })).isError;
said.note = (await client.readResource({ uri: 'note://one' })).contents[0].text;
said.greet = (await client.getPrompt({ name: 'greet', arguments: { name: 'Ada' } })).messages[0].content.text;
console.log(JSON.stringify(said));
await transport.terminateSession?.();
await client.close();
process.exit(0);
