import type { Framework } from '../../framework.ts';

export default {
  name: 'Gradio',
  docs: 'https://www.gradio.app/docs/gradio/blocks#blocks-launch',
  defaults: { host: '127.0.0.1', port: 7860 },
  calls: [
    {
      entry: 'demo.launch(server_name=None, server_port=None)',
      call: [
        'gradio.Blocks().launch',
        'gradio.Interface().launch',
        'gradio.ChatInterface().launch',
        'gradio.TabbedInterface().launch',
        'gradio.Server().launch',
        'gradio.blocks.Blocks().launch',
        'gradio.Blocks().queue().launch',
        'gradio.Interface().queue().launch',
        'gradio.ChatInterface().queue().launch',
        'gradio.TabbedInterface().queue().launch',
      ],
      host: { keyword: 'server_name' },
      port: { keyword: 'server_port' },
      environment: { host: ['GRADIO_SERVER_NAME'], port: ['GRADIO_SERVER_PORT'] },
      blocks: true,
      announces: true,
      picksNextPort: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  environment: { host: ['GRADIO_SERVER_NAME'], port: ['GRADIO_SERVER_PORT'] },
  evidence: { source: 'gradio 6.25.0, http_server.py and blocks.py' },
  advice: 'its OSError has no errno; from the default port it moves on by itself, and server_port says where it is',
} satisfies Framework;
